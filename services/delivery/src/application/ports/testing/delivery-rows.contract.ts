import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DeliveryDirectory, DeliveryRows } from '../delivery-rows.port.ts';

export interface DeliveryRowsSubject<Tx> {
  readonly rows: DeliveryRows<Tx>;
  readonly directory: DeliveryDirectory;
  /** Runs `work` in a transaction that is kept. */
  commit(work: (tx: Tx) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

const request = '0193a000-0000-7000-8000-0000000000f1';
const otherRequest = '0193a000-0000-7000-8000-0000000000f2';
const delivery = (digit: number) => `a9a1f5d1-5a4e-5f0b-9a55-0d4f5f6f2b1${digit}`;

/** The promises of `DeliveryRows` and `DeliveryDirectory`. */
export const deliveryRowsContract = <Tx>(name: string, start: () => Promise<DeliveryRowsSubject<Tx>>): void => {
  describe(`${name} as the list of deliveries`, () => {
    let subject: DeliveryRowsSubject<Tx>;
    const add = (deliveryId: string, requestId = request) =>
      subject.commit((tx) => subject.rows.add({ deliveryId, requestId }, tx));

    beforeEach(async () => {
      subject = await start();
    });

    afterEach(() => subject.close());

    it('finds the deliveries of a request in the order in which they came', async () => {
      await add(delivery(3));
      await add(delivery(1));
      await add(delivery(2), otherRequest);
      expect(await subject.directory.findByRequest(request)).toEqual([delivery(3), delivery(1)]);
      expect(await subject.directory.findByRequest(otherRequest)).toEqual([delivery(2)]);
    });

    it('finds none for a request that it does not know', async () => {
      expect(await subject.directory.findByRequest(request)).toEqual([]);
    });

    it('keeps a delivery once', async () => {
      await add(delivery(1));
      await add(delivery(2));
      await add(delivery(1));
      expect(await subject.directory.findByRequest(request)).toEqual([delivery(1), delivery(2)]);
    });

    it('is empty after clearing and fills again', async () => {
      await add(delivery(1));
      await subject.commit((tx) => subject.rows.clear(tx));
      expect(await subject.directory.findByRequest(request)).toEqual([]);
      await add(delivery(2));
      expect(await subject.directory.findByRequest(request)).toEqual([delivery(2)]);
    });
  });
};
