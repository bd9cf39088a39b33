import { storedEventsContract } from '@keyledger/event-sourcing/testing';
import { deliveryCodec } from '../src/domain/delivery/delivery.messages.ts';
import { notificationCodec } from '../src/domain/notification/notification.messages.ts';

storedEventsContract(new URL('./golden/', import.meta.url), {
  delivery: deliveryCodec,
  notification: notificationCodec,
});
