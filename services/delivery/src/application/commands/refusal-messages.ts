import type { OpenLink, ResendLink } from '@keyledger/contracts-delivery';

type RefusalOf<O extends { readonly refusals: readonly string[] }> = O['refusals'][number];

/** What each refusal says to people, and what they can do. */
const refusalMessages: Readonly<Record<RefusalOf<typeof OpenLink> | RefusalOf<typeof ResendLink>, string>> = {
  'link-not-found': 'This link is not known. Check that it was copied whole from the mail.',
  'link-expired': 'This link has expired. Ask an administrator to send a new one.',
  'link-already-opened':
    'This link was opened before and works only once. If that was not you, tell an administrator at once.',
  'link-superseded': 'A newer link was sent. Use the one in the latest mail.',
  'claim-not-proven': 'Give the claim code that was shown when the key was requested.',
  'lease-suspended': 'The key behind this link is suspended. Try again when it was resumed.',
  'lease-ended': 'The key behind this link was revoked or has expired. Request a new one.',
  'delivery-not-found': 'There is no such delivery.',
  'delivery-superseded': 'The lease has a newer key. Send the link of its delivery again.',
  'delivery-in-progress': 'The mail is still being sent. Wait until it has arrived or failed.',
  'not-an-administrator': 'Only an administrator may send a link again.',
};

export const refusal = <Code extends keyof typeof refusalMessages>(code: Code) => ({
  outcome: 'refused' as const,
  code,
  message: refusalMessages[code],
});
