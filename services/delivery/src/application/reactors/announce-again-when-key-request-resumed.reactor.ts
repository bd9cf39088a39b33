import { KeyRequestResumed } from '@keyledger/contracts-approval';
import { streamName } from '@keyledger/event-sourcing';
import { type Announcer, asEvent, type EventReactor } from '@keyledger/messaging';
import { delivery as deliveries } from '../../domain/delivery/delivery.decider.ts';
import type { DeliveryDirectory } from '../ports/delivery-rows.port.ts';

/** What approval, and delivery itself, act upon. */
const TOLD_AGAIN = ['LinkIssued', 'DeliverySucceeded', 'DeliveryFailed'];

export interface AnnounceAgainDeps {
  readonly announcer: Announcer;
  readonly directory: DeliveryDirectory;
}

/** A request without a delivery has nothing to tell here; the vault tells delivery of the lease. */
export const announceAgainWhenKeyRequestResumed = ({ announcer, directory }: AnnounceAgainDeps): EventReactor => ({
  name: 'announce-again-when-key-request-resumed',
  handles: [KeyRequestResumed],
  react: async (event) => {
    const resumed = asEvent(KeyRequestResumed, event);
    if (resumed === undefined) return;
    for (const deliveryId of await directory.findByRequest(resumed.data.requestId))
      await announcer.announceAgain(streamName(deliveries.category, deliveryId), TOLD_AGAIN, event.id);
  },
});
