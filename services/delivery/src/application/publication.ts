import {
  DeliveryFailed,
  DeliveryStarted,
  DeliverySucceeded,
  LinkIssued,
  LinkOpened,
} from '@keyledger/contracts-delivery';
import { categoryOf } from '@keyledger/event-sourcing';
import type { EventPublication } from '@keyledger/messaging';
import { deliveryCodec } from '../domain/delivery/delivery.messages.ts';

/** What others may know. Attempts, retries, notifications and what a newer key supersedes stay private. */
export const publication: EventPublication = (recorded) => {
  if (categoryOf(recorded.stream) !== 'delivery') return undefined;
  const { type, data } = deliveryCodec.decode(recorded);
  const { deliveryId, requestId, leaseId, channel } = data;
  const subject = { deliveryId, requestId, leaseId, channel };
  switch (type) {
    case 'DeliveryStarted':
      return { definition: DeliveryStarted, data: subject };
    case 'DeliverySucceeded':
      return {
        definition: DeliverySucceeded,
        data: data.generation === undefined ? subject : { ...subject, generation: data.generation },
      };
    case 'DeliveryFailed':
      return { definition: DeliveryFailed, data: { ...subject, cause: data.cause, message: data.message } };
    case 'LinkIssued':
      return { definition: LinkIssued, data: subject };
    case 'LinkOpened':
      return { definition: LinkOpened, data: { ...subject, openedAt: data.openedAt } };
    case 'DeliveryAttemptFailed':
    case 'DeliveryRetried':
    case 'DeliverySuperseded':
      return undefined;
  }
};
