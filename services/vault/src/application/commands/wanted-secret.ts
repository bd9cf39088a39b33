import type { RevealSecret } from '@keyledger/contracts-vault';
import { type InputOf, type MessageContext, type ReplyOf, toActor } from '@keyledger/messaging';
import type { Lease } from '../../domain/lease/lease.state.ts';
import { CHECKOUT } from '../../domain/lease/lease.terms.ts';
import type { RevealSecret as RevealSecretCommand } from '../../domain/secret/secret.messages.ts';
import type { Secret } from '../../domain/secret/secret.state.ts';

type Input = InputOf<typeof RevealSecret>;

export type RevealRefusal = Extract<ReplyOf<typeof RevealSecret>, { outcome: 'refused' }>['code'];

export const revealMessages: Readonly<Record<RevealRefusal, string>> = {
  'secret-not-found': 'There is no such secret or version',
  'secret-shredded': 'This secret or version is shredded; nothing can bring it back',
  'secret-unreadable': 'The secret cannot be opened; it has to be entered anew',
  'grant-used': 'This grant has been used; each is good for one reveal to one recipient',
  'not-permitted': 'The caller may not obtain this secret',
  'reason-missing': 'Say why, in ten characters or more',
};

/** True where the state of the lease decides which version it is: of a key that was issued. */
export const isHeldKeyWanted = (secret: Secret): boolean => secret.status === 'sealed' && secret.origin === 'issued';

/**
 * The version of the key that counts: the latest one may be a successor in the making, or one that was refused. For its owner
 * only where nobody delivers it, and nothing while the lease is suspended or at its end.
 */
export const heldVersionOf = (lease: Lease, purpose: Input['purpose']): number | undefined => {
  if (lease.status === 'absent') return undefined;
  const isHeld = lease.status === 'issued' && lease.terms.delivery.channel === CHECKOUT;
  return purpose !== 'checkout' || isHeld ? lease.key?.version : undefined;
};

export interface WantedSecret extends Omit<Input, 'recipientKey'> {
  readonly held: number | undefined;
}

export const revealCommandOf = (
  { secretId, version, grantId, purpose, reason, held }: WantedSecret,
  { principal, messageId }: MessageContext,
  secret: Secret,
  recipient: string,
  now: Date,
): RevealSecretCommand => ({
  type: 'RevealSecret',
  data: {
    secretId,
    version: version ?? held ?? (secret.status === 'absent' ? 1 : secret.current),
    ...(held === undefined || purpose !== 'checkout'
      ? {}
      : { isHeldForOwner: version === undefined || version === held }),
    caller: toActor(principal),
    attemptId: messageId,
    grantId,
    purpose,
    recipient,
    ...(reason === undefined ? {} : { reason }),
    now: now.toISOString(),
  },
});
