import type { OpenLink } from '@keyledger/contracts-delivery';
import type { RevealLease } from '@keyledger/contracts-vault';
import { AppError } from '@keyledger/errors';
import { type Clock, type EventStore, loadStream } from '@keyledger/event-sourcing';
import {
  type ClientOf,
  commandContextOf,
  type InputOf,
  type MessageContext,
  type ReplyOf,
  servicePrincipal,
} from '@keyledger/messaging';
import { delivery } from '../../domain/delivery/delivery.decider.ts';
import type { ActiveDelivery } from '../../domain/delivery/delivery.state.ts';
import type { LinkTokens } from '../ports/link-tokens.port.ts';
import type { DeliveryHandler } from '../processes/send-link.runner.ts';
import { refusal } from './refusal-messages.ts';

export interface OpenLinkDeps {
  readonly eventStore: EventStore;
  readonly handle: DeliveryHandler;
  readonly linkTokens: LinkTokens;
  readonly vault: ClientOf<{ RevealLease: typeof RevealLease }>;
  readonly clock: Clock;
  readonly newGrantId: () => string;
}

export type OpenLinkCommand = (
  input: InputOf<typeof OpenLink>,
  caller: MessageContext,
) => Promise<ReplyOf<typeof OpenLink>>;

type Refusal = Extract<ReplyOf<typeof OpenLink>, { outcome: 'refused' }>['code'];

const refused = (code: string): ReplyOf<typeof OpenLink> =>
  refusal(code === 'delivery-not-found' || code === 'delivery-in-progress' ? 'link-not-found' : (code as Refusal));

/** What the vault may refuse is no answer to whoever opens a link: either it passes or somebody must look after it. */
const revealFault = (code: string): AppError => {
  if (code === 'not-permitted') return new AppError('forbidden', 'The vault does not permit this reveal');
  if (code === 'grant-used') return new AppError('unavailable', 'The key could not be revealed; open the link again');
  return new AppError('not-found', 'The key behind this link does not exist any more; ask an administrator');
};

/**
 * Reveals, then records, then answers. The reveal comes first, so that a vault that is down or sealed leaves the link
 * unopened. Of two callers at the same time, both may get a sealed key from the vault, but only the one whose
 * `LinkOpened` was written gets it from here; the other's is dropped. A crash before the record leaves the link
 * unopened, and the next opening reveals under a grant of its own.
 */
export const openLink = (deps: OpenLinkDeps): OpenLinkCommand => {
  const { eventStore, handle, linkTokens, vault, clock, newGrantId } = deps;

  const reveal = async (
    { leaseId }: ActiveDelivery,
    grantId: string,
    { recipientKey }: InputOf<typeof OpenLink>,
    { correlationId, messageId, deadlineAt }: MessageContext,
  ): Promise<string> => {
    const options = {
      principal: servicePrincipal('delivery'),
      correlationId,
      causationId: messageId,
      timeoutMs: Math.max(1, deadlineAt - clock().getTime()),
    };
    const revealed = await vault.RevealLease({ leaseId, grantId, purpose: 'delivery', recipientKey }, options);
    if (revealed.outcome === 'refused') throw revealFault(revealed.code);
    if (clock().getTime() >= deadlineAt)
      throw new AppError('deadline-exceeded', 'The link could not be opened in time');
    return revealed.result.jwe;
  };

  return async (input, caller) => {
    const ref = linkTokens.read(input.token);
    if (ref === undefined) return refusal('link-not-found');
    const { deliveryId, linkNumber } = ref;
    const { state } = await loadStream(eventStore, delivery, deliveryId);
    if (state.status === 'absent') return refusal('link-not-found');
    const { proof, requestId } = caller.principal;
    if (proof !== 'claim-code' || requestId !== state.requestId) return refusal('claim-not-proven');

    const grantId = newGrantId();
    const open = (now: Date) => ({ type: 'OpenLink' as const, data: { linkNumber, grantId, now: now.toISOString() } });
    const foreseen = delivery.decider.decide(open(clock()), state);
    if (foreseen.outcome === 'refused') return refused(foreseen.code);

    const jwe = await reveal(state, grantId, input, caller);
    const now = clock();
    const opened = await handle(deliveryId, open(now), commandContextOf(caller, now));
    if (opened.outcome === 'refused') return refused(opened.code);
    const { gatewayUrl, modelIds, keyExpiresAt } = state;
    const expiry = keyExpiresAt === undefined ? {} : { keyExpiresAt };
    return { outcome: 'accepted', result: { jwe, gatewayUrl, modelIds: [...modelIds], ...expiry } };
  };
};
