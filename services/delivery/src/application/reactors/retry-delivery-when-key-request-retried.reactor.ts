import { KeyRequestRetried } from '@keyledger/contracts-approval';
import { AppError } from '@keyledger/errors';
import type { Clock } from '@keyledger/event-sourcing';
import { asEvent, type EventReactor, reactionContextOf } from '@keyledger/messaging';
import { type LinkPolicy, linkTerms } from '../link-terms.ts';
import type { DeliveryDirectory } from '../ports/delivery-rows.port.ts';
import type { DeliveryHandler } from '../processes/send-link.runner.ts';

const NAME = 'retry-delivery-when-key-request-retried';

export interface RetryDeliveryDeps {
  readonly handle: DeliveryHandler;
  readonly directory: DeliveryDirectory;
  readonly clock: Clock;
  readonly links: LinkPolicy;
}

export const retryDeliveryWhenKeyRequestRetried = (deps: RetryDeliveryDeps): EventReactor => ({
  name: NAME,
  handles: [KeyRequestRetried],
  react: async (event) => {
    const retried = asEvent(KeyRequestRetried, event);
    if (retried?.data.step !== 'delivery') return;
    const deliveryIds = await deps.directory.findByRequest(retried.data.requestId);
    // The list may lag behind the delivery that failed; the repetitions of this reaction outlast that.
    if (deliveryIds.length === 0) throw new AppError('not-found', 'This request has no delivery to retry');
    for (const deliveryId of deliveryIds) {
      const now = deps.clock();
      const context = reactionContextOf(event, 'delivery', NAME, now, deliveryId);
      const terms = linkTerms(deps.links, now);
      await deps.handle(
        deliveryId,
        { type: 'RetryDelivery', data: { ...terms, commandId: context.commandId, now: now.toISOString() } },
        context,
      );
    }
  },
});
