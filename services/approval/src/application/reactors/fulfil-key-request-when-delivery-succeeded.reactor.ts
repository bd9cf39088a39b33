import { DeliverySucceeded } from '@keyledger/contracts-delivery';
import { asEvent, type EventReactor } from '@keyledger/messaging';
import { type CloseDeps, closeKeyRequest } from './close-key-request.ts';

const name = 'fulfil-key-request-when-delivery-succeeded';

export const fulfilKeyRequestWhenDeliverySucceeded = (deps: CloseDeps): EventReactor => {
  const close = closeKeyRequest(deps, name);
  return {
    name,
    handles: [DeliverySucceeded],
    react: async (event) => {
      const succeeded = asEvent(DeliverySucceeded, event);
      if (succeeded === undefined) return;
      const { requestId, deliveryId } = succeeded.data;
      await close(event, requestId, (now) => ({ type: 'FulfilKeyRequest', data: { deliveryId, now } }));
    },
  };
};
