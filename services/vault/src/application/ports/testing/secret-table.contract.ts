import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { SecretView } from '@keyledger/contracts-vault';
import type { SecretReader, SecretTable } from '../secret-table.port.ts';
import { newestFirstContract } from './newest-first.contract.ts';

export interface SecretTableSubject<Tx> {
  readonly table: SecretTable<Tx>;
  readonly reader: SecretReader;
  /** Runs `work` in a transaction that is committed when it resolves. */
  inTransaction<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

const FIRST_SEALED = '2026-11-21T08:00:00.001Z';

const secretRow = (changed: Partial<SecretView> = {}): SecretView => ({
  secretId: randomUUID(),
  owner: 'ada@example.com',
  label: 'with "quotes", commas and {braces}',
  origin: 'submitted',
  status: 'sealed',
  version: 1,
  mask: 'sk-a...wxyz',
  fingerprint: 'f1',
  versions: [{ version: 1, mask: 'sk-a...wxyz', fingerprint: 'f1', sealedAt: FIRST_SEALED }],
  createdAt: FIRST_SEALED,
  updatedAt: FIRST_SEALED,
  ...changed,
});

/** What every `SecretTable` with its `SecretReader` promises. `open` gives an empty one. */
export const secretTableContract = <Tx>(name: string, open: () => Promise<SecretTableSubject<Tx>>): void => {
  describe(`secret table contract: ${name}`, () => {
    let subject: SecretTableSubject<Tx>;
    beforeEach(async () => {
      subject = await open();
    });
    afterEach(() => subject.close());

    const put = (...rows: readonly SecretView[]): Promise<void> =>
      subject.inTransaction(async (tx) => {
        for (const row of rows) await subject.table.put(row, tx);
      });

    const find = (secretId: string): Promise<SecretView | undefined> =>
      subject.inTransaction((tx) => subject.table.find(secretId, tx));

    it('finds those that can be tested', async () => {
      const connection = { provider: 'openai', baseUrl: 'https://api.openai.com/v1' };
      const testable = secretRow({ connection });
      const damaged = secretRow({ connection, unreadableSince: FIRST_SEALED });
      await put(testable, damaged, secretRow(), secretRow({ connection, status: 'shredded' }));
      expect(await subject.reader.page({ isTestable: true }, 10)).toEqual([testable]);
    });

    it('finds those that were not tried since then', async () => {
      const [never, long, lately] = [undefined, '2026-11-20T08:00:00.000Z', '2026-11-21T08:00:00.000Z'].map((triedAt) =>
        secretRow(triedAt === undefined ? {} : { triedAt }),
      ) as [SecretView, SecretView, SecretView];
      await put(never, long, lately);
      const found = await subject.reader.page({ triedBefore: '2026-11-21T08:00:00.000Z' }, 10);
      expect(found.map(({ secretId }) => secretId).sort()).toEqual([never.secretId, long.secretId].sort());
    });

    it('returns a row as it was put, and replaces it as a whole', async () => {
      const row = secretRow();
      await put(row, secretRow());
      expect(await find(row.secretId)).toEqual(row);
      const other = secretRow({
        secretId: row.secretId,
        owner: 'b@example.com',
        fingerprint: 'f2',
        status: 'shredded',
      });
      await put(other);
      expect(await find(row.secretId)).toEqual(other);
      expect(await subject.reader.page({ fingerprint: 'f2', owner: 'b@example.com' }, 10)).toEqual([other]);
    });

    it('finds nothing under an unknown id, and nothing after it was cleared', async () => {
      const row = secretRow();
      await put(row);
      expect(await find(randomUUID())).toBeUndefined();
      await subject.inTransaction((tx) => subject.table.clear(tx));
      expect(await find(row.secretId)).toBeUndefined();
      expect(await subject.reader.page({}, 10)).toEqual([]);
    });

    newestFirstContract({
      rowOf: (createdAt, secretId) => secretRow({ createdAt, secretId }),
      put,
      page: (limit, after) => subject.reader.page({}, limit, after),
    });

    it('finds those of an owner and those of equal value', async () => {
      const [ada, bob] = [secretRow(), secretRow({ owner: 'bob@example.com' })];
      const other = secretRow({ fingerprint: 'f2' });
      await put(ada, bob, other);
      const ids = async (filter: object) =>
        (await subject.reader.page(filter, 10)).map(({ secretId }) => secretId).sort();
      expect(await ids({ owner: 'ada@example.com' })).toEqual([ada.secretId, other.secretId].sort());
      expect(await ids({ fingerprint: 'f1' })).toEqual([ada.secretId, bob.secretId].sort());
      expect(await ids({ owner: 'ada@example.com', fingerprint: 'f2' })).toEqual([other.secretId]);
    });

    it('finds those that have to be entered anew', async () => {
      const damaged = secretRow({ unreadableSince: FIRST_SEALED });
      await put(damaged, secretRow());
      expect(await subject.reader.page({ needsReentry: true }, 10)).toEqual([damaged]);
      expect(await subject.reader.page({ needsReentry: true, owner: 'bob@example.com' }, 10)).toEqual([]);
    });

    it('finds those with earlier versions that have not counted for long and can still be restored', async () => {
      const [version] = secretRow().versions;
      const superseded = (supersededAt: string, more: object = {}) => ({ ...version!, supersededAt, ...more });
      const replaced = (...earlier: readonly ReturnType<typeof superseded>[]) =>
        secretRow({ versions: [...earlier, { ...version!, version: earlier.length + 1 }] });
      const [shredded, late, early, both] = [
        replaced(superseded('2026-11-01T08:00:00.000Z', { shreddedAt: '2026-11-02T08:00:00.000Z' })),
        replaced(superseded('2026-11-20T08:00:00.000Z')),
        replaced(superseded('2026-11-03T08:00:00.000Z')),
        replaced(superseded('2026-11-19T08:00:00.000Z'), superseded('2026-11-02T08:00:00.000Z')),
      ];
      await put(secretRow(), shredded!, late!, early!, both!);
      await put({ ...replaced(superseded('2026-11-01T08:00:00.000Z')), origin: 'issued' });
      await put({ ...replaced(superseded('2026-11-01T08:00:00.000Z')), status: 'shredded' });
      const found = (limit: number) =>
        subject.reader.withVersionsSupersededBefore(new Date('2026-11-10T08:00:00.000Z'), limit);
      expect(await found(10)).toEqual([both!.secretId, early!.secretId]);
      expect(await found(1)).toEqual([both!.secretId]);
    });
  });
};
