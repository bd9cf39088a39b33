import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { LeaseReader, LeaseRow, LeaseTable } from '../lease-table.port.ts';

export interface LeaseTableSubject<Tx> {
  readonly table: LeaseTable<Tx>;
  readonly reader: LeaseReader;
  /** Runs `work` in a transaction that is committed when it resolves. */
  inTransaction<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

const leaseRow = (changed: Partial<LeaseRow> = {}): LeaseRow => ({
  leaseId: randomUUID(),
  requestId: randomUUID(),
  status: 'started',
  issuer: 'litellm',
  owner: 'ada@example.com',
  modelIds: ['gpt-4o-mini', 'with "quotes", commas and {braces}'],
  generation: 1,
  alias: 'alias-g1',
  mask: undefined,
  startedAt: '2026-11-21T08:00:00.000Z',
  issuedAt: undefined,
  expiresAt: undefined,
  failureCause: undefined,
  updatedAt: '2026-11-21T08:00:00.000Z',
  ...changed,
});

/** What every `LeaseTable` with its `LeaseReader` promises. `open` gives an empty one. */
export const leaseTableContract = <Tx>(name: string, open: () => Promise<LeaseTableSubject<Tx>>): void => {
  describe(`lease table contract: ${name}`, () => {
    let subject: LeaseTableSubject<Tx>;
    beforeEach(async () => {
      subject = await open();
    });
    afterEach(() => subject.close());

    const put = (...rows: readonly LeaseRow[]): Promise<void> =>
      subject.inTransaction(async (tx) => {
        for (const row of rows) await subject.table.put(row, tx);
      });

    const find = (leaseId: string): Promise<LeaseRow | undefined> =>
      subject.inTransaction((tx) => subject.table.find(leaseId, tx));

    it.each([
      ['with as little as possible', leaseRow()],
      [
        'with everything',
        leaseRow({
          status: 'issued',
          mask: 'sk-a...wxyz',
          issuedAt: '2026-11-21T08:00:02.001Z',
          expiresAt: '2026-12-21T08:00:02.000Z',
          updatedAt: '2026-11-21T08:00:02.001Z',
        }),
      ],
      ['that failed', leaseRow({ status: 'failed', failureCause: 'alias-taken', generation: 7 })],
    ])('returns a row %s as it was put', async (_what, row) => {
      await put(row, leaseRow());
      expect(await find(row.leaseId)).toEqual(row);
    });

    it('finds nothing under an unknown id', async () => {
      expect(await find(randomUUID())).toBeUndefined();
    });

    it('replaces every column of a row', async () => {
      const { leaseId, requestId } = leaseRow();
      const full = leaseRow({
        leaseId,
        requestId,
        mask: 'x',
        issuedAt: '2026-11-21T09:00:00.000Z',
        failureCause: 'alias-taken',
      });
      await put(full);
      const other = leaseRow({
        leaseId,
        requestId,
        status: 'failed',
        owner: 'b@example.com',
        modelIds: ['m'],
        alias: 'z',
      });
      await put(other);
      expect(await find(leaseId)).toEqual(other);
    });

    it('is empty after it was cleared', async () => {
      const row = leaseRow();
      await put(row);
      await subject.inTransaction((tx) => subject.table.clear(tx));
      expect(await find(row.leaseId)).toBeUndefined();
      expect(await subject.reader.countByStatus()).toEqual(new Map());
    });

    it('knows which leases wait, oldest first', async () => {
      const at = (updatedAt: string, changed: Partial<LeaseRow> = {}): LeaseRow => leaseRow({ updatedAt, ...changed });
      const old = at('2026-11-21T08:00:00.000Z');
      const older = at('2026-11-21T07:00:00.000Z');
      await put(
        old,
        at('2026-11-21T08:30:00.000Z'),
        older,
        at('2026-11-21T06:00:00.000Z', { status: 'issued' }),
        at('2026-11-21T06:00:00.000Z', { status: 'failed' }),
      );
      const before = new Date('2026-11-21T08:30:00.000Z');
      expect(await subject.reader.findWaiting(before, 10)).toEqual([older, old]);
      expect(await subject.reader.findWaiting(before, 1)).toEqual([older]);
    });

    it('counts leases by status', async () => {
      await put(leaseRow(), leaseRow(), leaseRow({ status: 'issued' }));
      expect(await subject.reader.countByStatus()).toEqual(
        new Map([
          ['started', 2],
          ['issued', 1],
        ]),
      );
    });
  });
};
