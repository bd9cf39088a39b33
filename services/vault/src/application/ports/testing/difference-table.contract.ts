import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { DifferenceView } from '@keyledger/contracts-vault';
import type { DifferenceReader, DifferenceTable } from '../difference-table.port.ts';
import { newestFirstContract } from './newest-first.contract.ts';

export interface DifferenceTableSubject<Tx> {
  readonly table: DifferenceTable<Tx>;
  readonly reader: DifferenceReader;
  /** Runs `work` in a transaction that is committed when it resolves. */
  inTransaction<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

const differenceRow = (changed: Partial<DifferenceView> = {}): DifferenceView => ({
  differenceId: randomUUID(),
  issuer: 'litellm',
  kind: 'unknown-key',
  issuerKeyId: 'with "quotes", commas and {braces}',
  status: 'open',
  foundAt: '2026-11-21T08:00:00.001Z',
  ...changed,
});

/** What every `DifferenceTable` with its `DifferenceReader` promises. `open` gives an empty one. */
export const differenceTableContract = <Tx>(name: string, open: () => Promise<DifferenceTableSubject<Tx>>): void => {
  describe(`difference table contract: ${name}`, () => {
    let subject: DifferenceTableSubject<Tx>;
    beforeEach(async () => {
      subject = await open();
    });
    afterEach(() => subject.close());

    const put = (...rows: readonly DifferenceView[]): Promise<void> =>
      subject.inTransaction(async (tx) => {
        for (const row of rows) await subject.table.put(row, tx);
      });

    const find = (differenceId: string): Promise<DifferenceView | undefined> =>
      subject.inTransaction((tx) => subject.table.find(differenceId, tx));

    it('returns a row as it was put, and replaces it as a whole', async () => {
      const row = differenceRow({
        leaseId: randomUUID(),
        generation: 2,
        expected: { budget: { maxUsd: 1 } },
        found: {},
      });
      await put(row, differenceRow());
      expect(await find(row.differenceId)).toEqual(row);
      expect(await subject.reader.issuerOf(row.differenceId)).toBe('litellm');
      const other = differenceRow({ differenceId: row.differenceId, status: 'repaired', issuer: 'openrouter' });
      await put(other);
      expect(await find(row.differenceId)).toEqual(other);
      expect(await subject.reader.page({ issuer: 'openrouter', statuses: ['repaired'] }, 10)).toEqual([other]);
    });

    it('finds nothing under an unknown id, and nothing after it was cleared', async () => {
      const row = differenceRow();
      await put(row);
      expect(await find(randomUUID())).toBeUndefined();
      expect(await subject.reader.issuerOf(randomUUID())).toBeUndefined();
      await subject.inTransaction((tx) => subject.table.clear(tx));
      expect(await find(row.differenceId)).toBeUndefined();
      expect(await subject.reader.page({}, 10)).toEqual([]);
    });

    newestFirstContract({
      rowOf: (foundAt, differenceId) => differenceRow({ foundAt, differenceId }),
      put,
      page: (limit, after) => subject.reader.page({}, limit, after),
    });

    it('finds those of an issuer, of a kind, of a lease and in a state', async () => {
      const leaseId = randomUUID();
      const open = differenceRow({ leaseId });
      const over = differenceRow({ status: 'vanished', kind: 'missing-key', issuer: 'openrouter' });
      await put(open, over);
      expect(await subject.reader.page({ statuses: ['open', 'repairing'] }, 10)).toEqual([open]);
      expect(await subject.reader.page({ leaseId }, 10)).toEqual([open]);
      expect(await subject.reader.page({ kind: 'missing-key' }, 10)).toEqual([over]);
      expect(await subject.reader.page({ issuer: 'openrouter', kind: 'unknown-key' }, 10)).toEqual([]);
    });

    it('counts those that wait for somebody', async () => {
      await put(
        differenceRow(),
        differenceRow({ status: 'repairing' }),
        differenceRow({ status: 'acknowledged' }),
        differenceRow({ kind: 'missing-key' }),
      );
      expect(await subject.reader.countPending()).toEqual(
        new Map([
          ['unknown-key', 2],
          ['missing-key', 1],
        ]),
      );
    });
  });
};
