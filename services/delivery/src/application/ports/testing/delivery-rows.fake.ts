import type { DeliveryDirectory, DeliveryRow, DeliveryRows } from '../delivery-rows.port.ts';

/** The list of deliveries in memory; it needs no transaction. */
export class FakeDeliveryRows implements DeliveryRows<unknown>, DeliveryDirectory {
  readonly #rows = new Map<string, DeliveryRow>();

  add(row: DeliveryRow): Promise<void> {
    if (!this.#rows.has(row.deliveryId)) this.#rows.set(row.deliveryId, row);
    return Promise.resolve();
  }

  clear(): Promise<void> {
    this.#rows.clear();
    return Promise.resolve();
  }

  findByRequest(requestId: string): Promise<readonly string[]> {
    const rows = [...this.#rows.values()].filter((row) => row.requestId === requestId);
    return Promise.resolve(rows.map(({ deliveryId }) => deliveryId));
  }
}
