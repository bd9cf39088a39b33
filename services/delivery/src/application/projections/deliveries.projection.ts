import type { Projection } from '@keyledger/event-sourcing';
import { deliveryCodec } from '../../domain/delivery/delivery.messages.ts';
import type { DeliveryRows } from '../ports/delivery-rows.port.ts';

/** Which deliveries belong to a key request. How they stand is folded from their streams when somebody asks. */
export const deliveriesProjection = <Tx>(rows: DeliveryRows<Tx>): Projection<Tx> => ({
  name: 'deliveries',
  filter: { categories: ['delivery'], types: ['DeliveryStarted'] },
  apply: async (recorded, tx) => {
    const event = deliveryCodec.decode(recorded);
    if (event.type !== 'DeliveryStarted') return;
    const { deliveryId, requestId } = event.data;
    await rows.add({ deliveryId, requestId }, tx);
  },
  reset: (tx) => rows.clear(tx),
});
