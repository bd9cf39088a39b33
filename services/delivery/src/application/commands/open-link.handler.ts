import type { OpenLink } from '@keyledger/contracts-delivery';
import { deriveSequentialId, type EventStore, loadStream } from '@keyledger/event-sourcing';
import {
  commandContextOf,
  type InputOf,
  type MessageContext,
  type ReplyOf,
  servicePrincipal,
} from '@keyledger/messaging';
import { delivery } from '../../domain/delivery/delivery.decider.ts';
import type { ActiveDelivery } from '../../domain/delivery/delivery.state.ts';
import { grantsFor } from '../../domain/delivery/reveal-grants.ts';
import type { LinkTokens } from '../ports/link-tokens.port.ts';
import type { DeliveryHandler } from '../processes/send-link.runner.ts';
import { thumbprintOf } from '../recipient-thumbprint.ts';
import { type RevealDeps, revealUnderGrant } from '../reveal-under-grant.ts';
import { refusal } from './refusal-messages.ts';

export interface OpenLinkDeps extends RevealDeps {
  readonly eventStore: EventStore;
  readonly handle: DeliveryHandler;
  readonly linkTokens: LinkTokens;
}

export type OpenLinkCommand = (
  input: InputOf<typeof OpenLink>,
  caller: MessageContext,
) => Promise<ReplyOf<typeof OpenLink>>;

type Refusal = Extract<ReplyOf<typeof OpenLink>, { outcome: 'refused' }>['code'];

const refused = (code: string): ReplyOf<typeof OpenLink> =>
  refusal(code === 'delivery-not-found' || code === 'delivery-in-progress' ? 'link-not-found' : (code as Refusal));

/**
 * Reveals, then records, then answers. The reveal comes first, so that a vault that is down or sealed leaves the link
 * unopened. Everybody who asks for the same view does so under the same grant, and the vault gives it to one recipient: of
 * two at the same moment one gets the key, and nothing is revealed that nobody sees. Whoever repeats a command, because its
 * answer was lost or because this process died on the way, is that recipient and gets the key sealed once more.
 */
export const openLink = (deps: OpenLinkDeps): OpenLinkCommand => {
  const { eventStore, handle, linkTokens, clock } = deps;
  const reveal = revealUnderGrant(deps);

  /** The vault gave every view to others; whoever was to record that is slow, or dead. */
  const recordForOthers = async (
    deliveryId: string,
    linkNumber: number,
    grants: readonly string[],
    caller: MessageContext,
  ): Promise<void> => {
    const now = clock();
    const context = commandContextOf({ ...caller, principal: servicePrincipal('delivery') }, now);
    for (const grantId of grants) {
      const command = { type: 'OpenLink', data: { linkNumber, grantId, now: now.toISOString() } } as const;
      await handle(deliveryId, command, { ...context, commandId: deriveSequentialId(caller.messageId, grantId) });
    }
  };

  return async (input, caller) => {
    const ref = linkTokens.read(input.token);
    if (ref === undefined) return refusal('link-not-found');
    const { deliveryId, linkNumber } = ref;
    const { state } = await loadStream(eventStore, delivery, deliveryId);
    const link = state.status === 'absent' ? undefined : state.links.find(({ number }) => number === linkNumber);
    if (state.status === 'absent' || link === undefined) return refusal('link-not-found');
    const { proof, requestId } = caller.principal;
    if (proof !== 'claim-code' || requestId !== state.requestId) return refusal('claim-not-proven');

    const recipient = thumbprintOf(input.recipientKey);
    const grants = grantsFor(deliveryId, link, recipient);
    for (const grantId of grants) {
      const open = (now: Date) =>
        ({ type: 'OpenLink', data: { linkNumber, grantId, recipient, now: now.toISOString() } }) as const;
      const foreseen = delivery.decider.decide(open(clock()), state);
      if (foreseen.outcome === 'refused') return refused(foreseen.code);
      const { leaseId, generation } = state;
      const revealed = await reveal({ leaseId, generation, grantId, recipientKey: input.recipientKey }, caller);
      if (revealed === undefined) continue;
      if ('obstacle' in revealed) return refusal(revealed.obstacle);
      const now = clock();
      const opened = await handle(deliveryId, open(now), commandContextOf(caller, now));
      if (opened.outcome === 'refused') return refused(opened.code);
      return answerOf(state, revealed.jwe, opened);
    }
    await recordForOthers(deliveryId, linkNumber, grants, caller);
    return refusal('link-already-opened');
  };
};

const answerOf = (
  { gatewayUrl, modelIds, keyExpiresAt }: ActiveDelivery,
  jwe: string,
  opened: Readonly<{ outcome: 'accepted' } | { outcome: 'ignored'; because: string }>,
): ReplyOf<typeof OpenLink> => {
  const expiry = keyExpiresAt === undefined ? {} : { keyExpiresAt };
  const result = { jwe, gatewayUrl, modelIds: [...modelIds], ...expiry };
  return opened.outcome === 'ignored'
    ? { outcome: 'ignored', because: opened.because, result }
    : { outcome: 'accepted', result };
};
