import { translated } from '@keyledger/event-store-postgres';
import type { ClientBase, Pool } from 'pg';
import type { DeliveryDirectory, DeliveryRows } from '../../application/ports/delivery-rows.port.ts';

/** Writes in the transaction of the projection. */
export const postgresDeliveryRows: DeliveryRows<ClientBase> = {
  add: async ({ deliveryId, requestId }, tx) => {
    await tx.query({
      name: 'add-delivery',
      text: 'insert into deliveries (delivery_id, request_id) values ($1, $2) on conflict (delivery_id) do nothing',
      values: [deliveryId, requestId],
    });
  },
  clear: async (tx) => {
    await tx.query('delete from deliveries');
  },
};

export const postgresDeliveryDirectory = (pool: Pool): DeliveryDirectory => ({
  findByRequest: async (requestId) => {
    const { rows } = await translated(
      pool.query<{ delivery_id: string }>({
        name: 'deliveries-by-request',
        text: 'select delivery_id from deliveries where request_id = $1 order by ordinal',
        values: [requestId],
      }),
    );
    return rows.map((row) => row.delivery_id);
  },
});
