import type { GetLink } from '@keyledger/contracts-delivery';
import { type Clock, type EventStore, loadStream } from '@keyledger/event-sourcing';
import type { InputOf, ReplyOf } from '@keyledger/messaging';
import { delivery } from '../../domain/delivery/delivery.decider.ts';
import type { LinkTokens } from '../ports/link-tokens.port.ts';
import { linkView } from './delivery.view.ts';

export interface GetLinkDeps {
  readonly eventStore: EventStore;
  readonly linkTokens: LinkTokens;
  readonly clock: Clock;
}

export type GetLinkQuery = (input: InputOf<typeof GetLink>) => Promise<ReplyOf<typeof GetLink>>;

/** For whoever has the token, a mail scanner included: it tells no secret and changes nothing. */
export const getLink =
  ({ eventStore, linkTokens, clock }: GetLinkDeps): GetLinkQuery =>
  async ({ token }) => {
    const ref = linkTokens.read(token);
    if (ref === undefined) return null;
    const { state } = await loadStream(eventStore, delivery, ref.deliveryId);
    if (state.status === 'absent') return null;
    const link = state.links.find(({ number }) => number === ref.linkNumber);
    return link === undefined ? null : linkView(state, link, clock().toISOString());
  };
