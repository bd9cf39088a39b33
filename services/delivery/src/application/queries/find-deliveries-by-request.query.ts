import type { DeliveryView, FindDeliveriesByRequest } from '@keyledger/contracts-delivery';
import { type Clock, type EventStore, loadStream } from '@keyledger/event-sourcing';
import { hasRole, type InputOf, type Principal, type ReplyOf } from '@keyledger/messaging';
import { delivery } from '../../domain/delivery/delivery.decider.ts';
import type { DeliveryDirectory } from '../ports/delivery-rows.port.ts';
import { deliveryView } from './delivery.view.ts';

export interface FindDeliveriesDeps {
  readonly eventStore: EventStore;
  readonly directory: DeliveryDirectory;
  readonly clock: Clock;
}

export type FindDeliveriesQuery = (
  input: InputOf<typeof FindDeliveriesByRequest>,
  principal: Principal,
) => Promise<ReplyOf<typeof FindDeliveriesByRequest>>;

const maySee = (principal: Principal, requestId: string): boolean =>
  hasRole(principal, 'admin', 'reviewer', 'auditor', 'service') ||
  (principal.proof === 'claim-code' && principal.requestId === requestId);

/** Which deliveries there are comes from the read model, how each stands from its stream. */
export const findDeliveriesByRequest =
  ({ eventStore, directory, clock }: FindDeliveriesDeps): FindDeliveriesQuery =>
  async ({ requestId }, principal) => {
    if (!maySee(principal, requestId)) return { deliveries: [] };
    const deliveries: DeliveryView[] = [];
    for (const deliveryId of await directory.findByRequest(requestId)) {
      const { state } = await loadStream(eventStore, delivery, deliveryId);
      if (state.status !== 'absent') deliveries.push(deliveryView(state, clock().toISOString()));
    }
    return { deliveries };
  };
