import type { LeaseReader, LeaseRow, LeaseTable } from '../lease-table.port.ts';

/** The read model in memory. Has no transactions. */
export class FakeLeaseTable implements LeaseTable<undefined>, LeaseReader {
  readonly rows = new Map<string, LeaseRow>();

  async find(leaseId: string): Promise<LeaseRow | undefined> {
    return this.rows.get(leaseId);
  }

  async put(row: LeaseRow): Promise<void> {
    this.rows.set(row.leaseId, row);
  }

  async clear(): Promise<void> {
    this.rows.clear();
  }

  async findWaiting(before: Date, limit: number): Promise<readonly LeaseRow[]> {
    return [...this.rows.values()]
      .filter(({ status, updatedAt }) => status === 'started' && updatedAt < before.toISOString())
      .sort((a, b) => a.updatedAt.localeCompare(b.updatedAt))
      .slice(0, limit);
  }

  async countByStatus(): Promise<ReadonlyMap<LeaseRow['status'], number>> {
    const counts = new Map<LeaseRow['status'], number>();
    for (const { status } of this.rows.values()) counts.set(status, (counts.get(status) ?? 0) + 1);
    return counts;
  }
}
