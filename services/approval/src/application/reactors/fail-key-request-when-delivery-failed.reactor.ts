import { DeliveryFailed } from '@keyledger/contracts-delivery';
import { asEvent, type EventReactor } from '@keyledger/messaging';
import { type CloseDeps, closeKeyRequest } from './close-key-request.ts';

const name = 'fail-key-request-when-delivery-failed';

export const failKeyRequestWhenDeliveryFailed = (deps: CloseDeps): EventReactor => {
  const close = closeKeyRequest(deps, name);
  return {
    name,
    handles: [DeliveryFailed],
    react: async (event) => {
      const failed = asEvent(DeliveryFailed, event);
      if (failed === undefined) return;
      const { requestId, cause, message } = failed.data;
      await close(event, requestId, (now) => ({
        type: 'FailKeyRequest',
        data: { step: 'delivery', cause, message, factId: event.id, now },
      }));
    },
  };
};
