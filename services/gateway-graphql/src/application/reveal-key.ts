import type { LinkView } from '@keyledger/contracts-delivery';
import { isAppError } from '@keyledger/errors';
import { newId } from '@keyledger/event-sourcing';
import type { Principal, RequestOptions } from '@keyledger/messaging';
import { visitor } from '../authentication/caller.ts';
import { refusal, resultOf } from '../errors/refusals.ts';
import { proveClaim } from './claim-access.ts';
import type { OpenRecipient } from './ports/recipient.port.ts';
import { about, askAs } from './asker.ts';
import type { Services } from './services.ts';

export interface RevealedKey {
  readonly key: string;
  /** Address at which the key is used. */
  readonly gatewayUrl: string;
  readonly modelIds: readonly string[];
  readonly keyExpiresAt: string | undefined;
}

/** What a link leads to; `null` for a token that is not ours. Consumes nothing. */
export const lookAtLink = (services: Services, scopeId: string, token: string): Promise<LinkView | null> =>
  services.delivery.getLink({ token }, askAs(visitor, scopeId));

/** A name for approval, which knows nothing of links: the same for each try with this link, another for the next one. */
const nameOf = ({ deliveryId, linkNumber = 0 }: LinkView): string => `${deliveryId}.${linkNumber}`;

/** Then the outcome is unknown. Other transient faults are answers. */
const isAnswerLost = (error: unknown): boolean =>
  isAppError(error, 'unavailable') || isAppError(error, 'deadline-exceeded');

const openLink = async (
  services: Services,
  openRecipient: OpenRecipient,
  input: { token: string; principal: Principal; scopeId: string; requestId: string },
): Promise<RevealedKey> => {
  const recipient = await openRecipient();
  const options: RequestOptions = {
    ...about(askAs(input.principal, input.scopeId), input.requestId),
    messageId: newId(),
  };
  const open = () => services.delivery.openLink({ token: input.token, recipientKey: recipient.publicKey }, options);
  // The same command for the same recipient is answered once more, and opens nothing a second time.
  const reply = await open().catch((error: unknown) => {
    if (!isAnswerLost(error)) throw error;
    return open();
  });
  const { jwe, gatewayUrl, modelIds, keyExpiresAt } = resultOf(reply).result;
  return { key: await recipient.decrypt(jwe), gatewayUrl, modelIds, keyExpiresAt };
};

/**
 * Opens a link once, for somebody who knows the claim code of the request behind it. The key arrives sealed to a key
 * pair made for this one answer and exists in plain only in the result. Throws the refusals of the contracts.
 */
export const revealKey = async (
  services: Services,
  openRecipient: OpenRecipient,
  input: { readonly token: string; readonly code: string; readonly scopeId: string },
): Promise<RevealedKey> => {
  const { token, code, scopeId } = input;
  const link = await lookAtLink(services, scopeId, token);
  if (link === null) throw refusal('link-not-found', 'This link is not known');
  if (link.state === 'expired') throw refusal('link-expired', 'This link has expired');
  if (link.state === 'superseded') throw refusal('link-superseded', 'A newer link was sent in place of this one');
  if (link.state === 'opened') throw refusal('link-already-opened', 'This link was opened before');
  const { requestId } = link;
  const principal = await proveClaim(services, scopeId, requestId, code, nameOf(link));
  return openLink(services, openRecipient, { token, principal, scopeId, requestId });
};
