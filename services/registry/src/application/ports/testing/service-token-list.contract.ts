import { beforeEach, describe, expect, it } from '@jest/globals';
import { serviceTokenExample } from '@keyledger/contracts-registry/testing';
import { newId } from '@keyledger/event-sourcing';
import type { ServiceTokenList, ServiceTokenRows } from '../service-token-list.port.ts';

export interface ServiceTokenListSubject<Tx> {
  readonly rows: ServiceTokenRows<Tx>;
  readonly list: ServiceTokenList;
  /** Runs `work` in a transaction that is kept. */
  commit(work: (tx: Tx) => Promise<void>): Promise<void>;
}

/** The promises of `ServiceTokenRows` and `ServiceTokenList`. */
export const serviceTokenListContract = <Tx>(name: string, start: () => Promise<ServiceTokenListSubject<Tx>>): void => {
  describe(`${name} as the list of service tokens`, () => {
    const [first, second, third] = [1, 2, 3].map((number) => ({
      ...serviceTokenExample,
      serviceTokenId: newId(),
      name: `Token ${number}`,
    })) as [typeof serviceTokenExample, typeof serviceTokenExample, typeof serviceTokenExample];
    let subject: ServiceTokenListSubject<Tx>;

    beforeEach(async () => {
      subject = await start();
      await subject.commit(async (tx) => {
        for (const token of [second, first, third]) await subject.rows.put(token, tx);
      });
    });

    it('lists the newest first, page by page', async () => {
      const page = await subject.list.page(2, undefined);
      expect(page).toEqual([third, second]);
      expect(await subject.list.page(2, second.serviceTokenId)).toEqual([first]);
    });

    it('shows each as it was put last', async () => {
      const revoked = { ...second, revokedAt: '2026-11-21T09:00:00.000Z' };
      await subject.commit(async (tx) => {
        expect(await subject.rows.find(second.serviceTokenId, tx)).toEqual(second);
        await subject.rows.put(revoked, tx);
        expect(await subject.rows.find(newId(), tx)).toBeUndefined();
      });
      expect(await subject.list.page(10, undefined)).toEqual([third, revoked, first]);
    });

    it('is empty after clearing', async () => {
      await subject.commit((tx) => subject.rows.clear(tx));
      expect(await subject.list.page(10, undefined)).toEqual([]);
    });
  });
};
