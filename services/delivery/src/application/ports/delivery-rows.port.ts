/** One delivery as the lists know it. */
export interface DeliveryRow {
  readonly deliveryId: string;
  readonly requestId: string;
}

/** The writing side of the read model; `Tx` is the transaction of the projection. */
export interface DeliveryRows<Tx> {
  /** Adds a delivery; one that is there already stays as it is. */
  add(row: DeliveryRow, tx: Tx): Promise<void>;
  /** Removes all. */
  clear(tx: Tx): Promise<void>;
}

/** The reading side. */
export interface DeliveryDirectory {
  /**
   * The deliveries of a key request in the order in which they were started; none for an unknown request. May lag behind
   * the events. Throws `unavailable` when the list cannot be reached.
   */
  findByRequest(requestId: string): Promise<readonly string[]>;
}

export const DELIVERY_DIRECTORY: unique symbol = Symbol('DeliveryDirectory');
