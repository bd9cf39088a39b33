import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { initialState } from '../../../domain/lease-usage/lease-usage.state.ts';
import type { LeaseUsageReader, LeaseUsageRow, LeaseUsageTable } from '../lease-usage-table.port.ts';

export interface LeaseUsageTableSubject<Tx> {
  readonly table: LeaseUsageTable<Tx>;
  readonly reader: LeaseUsageReader;
  /** Runs `work` in a transaction that is committed when it resolves. */
  inTransaction<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

const usageRow = (leaseId: string = randomUUID(), changed: Partial<LeaseUsageRow> = {}): LeaseUsageRow => ({
  usage: { leaseId, spentUsd: 13.25, observedAt: '2026-11-21T08:00:00.001Z' },
  owner: 'ada@example.com',
  requestId: undefined,
  state: {
    ...initialState,
    spentUsd: 13.25,
    spentByKey: new Map([['key-1', 13.25]]),
    observedAt: '2026-11-21T08:00:00.001Z',
    told: { hard: { period: 1, budgetUsd: 25, percent: 50 } },
  },
  revision: 3n,
  ...changed,
});

/** What every `LeaseUsageTable` with its `LeaseUsageReader` promises. `open` gives an empty one. */
export const leaseUsageTableContract = <Tx>(name: string, open: () => Promise<LeaseUsageTableSubject<Tx>>): void => {
  describe(`lease usage table contract: ${name}`, () => {
    let subject: LeaseUsageTableSubject<Tx>;
    beforeEach(async () => {
      subject = await open();
    });
    afterEach(() => subject.close());

    const put = (...rows: readonly LeaseUsageRow[]): Promise<void> =>
      subject.inTransaction(async (tx) => {
        for (const row of rows) await subject.table.put(row, tx);
      });

    const find = (leaseId: string): Promise<LeaseUsageRow | undefined> =>
      subject.inTransaction((tx) => subject.table.find(leaseId, tx));

    it('returns a row as it was put, and replaces it as a whole', async () => {
      const row = usageRow(randomUUID(), { requestId: randomUUID() });
      await put(row, usageRow());
      expect(await find(row.usage.leaseId)).toEqual(row);
      const other = usageRow(row.usage.leaseId, { owner: 'b@example.com', revision: 4n });
      await put(other);
      expect(await find(row.usage.leaseId)).toEqual(other);
    });

    it('finds those that are known, each once', async () => {
      const [one, two] = [usageRow(), usageRow()];
      await put(one, two, usageRow());
      const ids = [one.usage.leaseId, two.usage.leaseId, one.usage.leaseId, randomUUID()];
      const found = await subject.reader.findAll(ids);
      expect(found).toHaveLength(2);
      expect(found).toEqual(expect.arrayContaining([one, two]));
      expect(await subject.reader.findAll([])).toEqual([]);
    });

    it('finds nothing after it was cleared', async () => {
      const row = usageRow();
      await put(row);
      await subject.inTransaction((tx) => subject.table.clear(tx));
      expect(await find(row.usage.leaseId)).toBeUndefined();
      expect(await subject.reader.findAll([row.usage.leaseId])).toEqual([]);
    });
  });
};
