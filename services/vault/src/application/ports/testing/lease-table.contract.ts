import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { lease as leases } from '../../../domain/lease/lease.decider.ts';
import { leaseIssued, leaseKeySealed, leaseStarted } from '../../../domain/lease/lease.examples.ts';
import type { LeaseEvent } from '../../../domain/lease/lease.messages.ts';
import type { LeaseFilter, LeaseReader, LeaseRow, LeaseTable } from '../lease-table.port.ts';
import { newestFirstContract } from './newest-first.contract.ts';

export interface LeaseTableSubject<Tx> {
  readonly table: LeaseTable<Tx>;
  readonly reader: LeaseReader;
  /** Runs `work` in a transaction that is committed when it resolves. */
  inTransaction<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

type Lease = LeaseRow['lease'];

const aLease = (changed: Partial<Lease> = {}, terms: Partial<Lease['terms']> = {}): Lease => {
  const leaseId = randomUUID();
  const events: readonly LeaseEvent[] = [
    { ...leaseStarted, data: { ...leaseStarted.data, leaseId } },
    { ...leaseKeySealed, data: { ...leaseKeySealed.data, leaseId } },
    { ...leaseIssued, data: { ...leaseIssued.data, leaseId } },
  ];
  const lease = events.reduce(leases.decider.evolve, leases.decider.initialState) as Lease;
  return { ...lease, ...changed, terms: { ...lease.terms, ...terms } } as Lease;
};

const UPDATED_AT = '2026-11-21T08:00:00.001Z';

const leaseRow = (lease = aLease(), changed: Partial<LeaseRow> = {}): LeaseRow => ({
  lease,
  dueAt: undefined,
  updatedAt: UPDATED_AT,
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

    it('returns a row as it was put, and replaces it as a whole', async () => {
      const row = leaseRow(aLease({}, { modelIds: ['with "quotes", commas and {braces}'] }), { dueAt: UPDATED_AT });
      await put(row, leaseRow());
      expect(await find(row.lease.leaseId)).toEqual(row);
      const { leaseId } = row.lease;
      const other = leaseRow(aLease({ leaseId, status: 'failed' } as Partial<Lease>, { owner: 'b@example.com' }));
      await put(other);
      expect(await find(leaseId)).toEqual(other);
      expect(await subject.reader.page({ owner: 'b@example.com' }, 10)).toEqual([other]);
      expect(await subject.reader.issuersWithDue(new Date(UPDATED_AT))).toEqual([]);
    });

    it('finds nothing under an unknown id, and nothing after it was cleared', async () => {
      const row = leaseRow(aLease(), { dueAt: UPDATED_AT });
      await put(row);
      expect(await find(randomUUID())).toBeUndefined();
      await subject.inTransaction((tx) => subject.table.clear(tx));
      expect(await find(row.lease.leaseId)).toBeUndefined();
      expect(await subject.reader.page({}, 10)).toEqual([]);
      expect(await subject.reader.issuersWithDue(new Date(UPDATED_AT))).toEqual([]);
      expect(await subject.reader.countByStatus()).toEqual(new Map());
    });

    it('knows which leases of an issuer are due, the longest due first', async () => {
      const due = (dueAt: string | undefined, issuer = 'litellm') => leaseRow(aLease({}, { issuer }), { dueAt });
      const [later, sooner] = [due('2026-11-21T08:30:00.000Z'), due('2026-11-21T07:00:00.000Z')];
      const elsewhere = due('2026-11-21T06:00:00.000Z', 'openrouter');
      await put(later, due('2026-11-21T08:30:00.001Z'), sooner, due(undefined), elsewhere);
      await put(due('2026-11-21T08:30:00.001Z', 'openai'));
      const now = new Date('2026-11-21T08:30:00.000Z');
      expect([...(await subject.reader.issuersWithDue(now))].sort()).toEqual(['litellm', 'openrouter']);
      expect(await subject.reader.findDue('litellm', now, 10)).toEqual([sooner, later]);
      expect(await subject.reader.findDue('litellm', now, 1)).toEqual([sooner]);
      expect(await subject.reader.findDue('openrouter', now, 10)).toEqual([elsewhere]);
      expect(await subject.reader.findDue('openai', now, 10)).toEqual([]);
    });

    it('pages through what is due, those of one moment by their ids', async () => {
      const dueAt = '2026-11-21T08:00:00.000Z';
      const rows = ['1', '2', '3'].map((digit) =>
        leaseRow(aLease({ leaseId: `${digit.repeat(8)}-0000-4000-8000-000000000000` }), { dueAt }),
      );
      const last = leaseRow(aLease(), { dueAt: '2026-11-21T08:00:00.001Z' });
      await put(last, ...rows.toReversed());
      const { issuer } = last.lease.terms;
      const now = new Date('2026-11-21T09:00:00.000Z');
      const first = await subject.reader.findDue(issuer, now, 2);
      expect(first).toEqual(rows.slice(0, 2));
      const after = { dueAt, leaseId: first.at(-1)?.lease.leaseId ?? '' };
      expect(await subject.reader.findDue(issuer, now, 2, after)).toEqual([rows[2], last]);
    });

    newestFirstContract({
      rowOf: (startedAt, leaseId) => leaseRow(aLease({ startedAt, leaseId })),
      put,
      page: (limit, after) => subject.reader.page({}, limit, after?.lease),
    });

    it('finds leases by each part of a filter, and by all of them at once', async () => {
      const [ada, bob] = [
        aLease(
          { expiresAt: '2026-12-01T00:00:00.000Z' },
          { team: 'search', tags: ['prod', 'eu'], modelIds: ['a', 'b'] },
        ),
        aLease({ status: 'failed' } as Partial<Lease>, { owner: 'bob@example.com', issuer: 'openrouter' }),
      ];
      await put(leaseRow(ada), leaseRow(bob));
      const found = async (filter: LeaseFilter) =>
        (await subject.reader.page(filter, 10)).map(({ lease }) => lease.leaseId).sort();
      const [onlyAda, onlyBob] = [[ada.leaseId], [bob.leaseId]];
      expect(await found({ owner: 'bob@example.com' })).toEqual(onlyBob);
      expect(await found({ issuer: 'openrouter' })).toEqual(onlyBob);
      expect(await found({ statuses: ['failed', 'started'] })).toEqual(onlyBob);
      expect(await found({ team: 'search' })).toEqual(onlyAda);
      expect(await found({ modelId: 'b' })).toEqual(onlyAda);
      expect(await found({ tag: 'eu' })).toEqual(onlyAda);
      expect(await found({ expiresBefore: '2026-12-01T00:00:00.001Z' })).toEqual(onlyAda);
      expect(await found({ expiresBefore: '2026-12-01T00:00:00.000Z' })).toEqual([]);
      expect(await found({ tag: 'eu', modelId: 'c' })).toEqual([]);
      expect(await found({ statuses: [] })).toEqual([]);
      expect(await found({})).toEqual([...onlyAda, ...onlyBob].sort());
      expect(await found({ team: 'search', tag: 'prod', modelId: 'a', statuses: ['issued'] })).toEqual(onlyAda);
    });

    it('counts leases by status', async () => {
      await put(leaseRow(aLease({ status: 'started' } as Partial<Lease>)), leaseRow(), leaseRow());
      expect(await subject.reader.countByStatus()).toEqual(
        new Map([
          ['started', 1],
          ['issued', 2],
        ]),
      );
    });
  });
};
