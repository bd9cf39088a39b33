import { hasCustodianTask } from '../../custodian-tasks.ts';
import type { DueCursor, LeaseCursor, LeaseFilter, LeaseReader, LeaseRow, LeaseTable } from '../lease-table.port.ts';

const placeOf = ({ startedAt, leaseId }: LeaseCursor): string => `${startedAt} ${leaseId}`;

const dueOf = ({ dueAt, lease }: LeaseRow): string => `${dueAt} ${lease.leaseId}`;

const holds = <Value>(wanted: Value | undefined, test: (value: Value) => boolean): boolean =>
  wanted === undefined || test(wanted);

const matches = ({ lease }: LeaseRow, filter: LeaseFilter): boolean =>
  holds(filter.owner, (owner) => lease.terms.owner === owner) &&
  holds(filter.team, (team) => lease.terms.team === team) &&
  holds(filter.issuer, (issuer) => lease.terms.issuer === issuer) &&
  holds(filter.modelId, (modelId) => lease.terms.modelIds.includes(modelId)) &&
  holds(filter.tag, (tag) => lease.terms.tags?.includes(tag) === true) &&
  holds(filter.statuses, (statuses) => statuses.includes(lease.status)) &&
  holds(filter.expiresBefore, (before) => lease.expiresAt !== undefined && lease.expiresAt < before) &&
  holds(filter.hasCustodianTask, () => hasCustodianTask(lease));

/** The read model in memory. Has no transactions. */
export class FakeLeaseTable implements LeaseTable<undefined>, LeaseReader {
  readonly rows = new Map<string, LeaseRow>();

  async find(leaseId: string): Promise<LeaseRow | undefined> {
    return this.rows.get(leaseId);
  }

  async put(row: LeaseRow): Promise<void> {
    this.rows.set(row.lease.leaseId, row);
  }

  async clear(): Promise<void> {
    this.rows.clear();
  }

  async issuersWithDue(now: Date): Promise<readonly string[]> {
    return [...new Set(this.#due(now).map(({ lease }) => lease.terms.issuer))];
  }

  async findDue(issuer: string, now: Date, limit: number, after?: DueCursor): Promise<readonly LeaseRow[]> {
    return this.#due(now)
      .filter(({ lease }) => lease.terms.issuer === issuer)
      .filter((row) => after === undefined || dueOf(row) > `${after.dueAt} ${after.leaseId}`)
      .slice(0, limit);
  }

  #due(now: Date): readonly LeaseRow[] {
    return [...this.rows.values()]
      .filter(({ dueAt }) => dueAt !== undefined && dueAt <= now.toISOString())
      .sort((a, b) => (dueOf(a) < dueOf(b) ? -1 : 1));
  }

  async page(filter: LeaseFilter, limit: number, after?: LeaseCursor): Promise<readonly LeaseRow[]> {
    return [...this.rows.values()]
      .filter((row) => matches(row, filter))
      .filter(({ lease }) => after === undefined || placeOf(lease) < placeOf(after))
      .sort((a, b) => (placeOf(a.lease) < placeOf(b.lease) ? 1 : -1))
      .slice(0, limit);
  }

  async countByStatus(): ReturnType<LeaseReader['countByStatus']> {
    const counts = new Map<LeaseRow['lease']['status'], number>();
    for (const { lease } of this.rows.values()) counts.set(lease.status, (counts.get(lease.status) ?? 0) + 1);
    return counts;
  }
}
