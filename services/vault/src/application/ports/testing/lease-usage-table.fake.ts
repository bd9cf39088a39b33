import type { LeaseUsageReader, LeaseUsageRow, LeaseUsageTable } from '../lease-usage-table.port.ts';

/** The read model in memory. Has no transactions. */
export class FakeLeaseUsageTable implements LeaseUsageTable<undefined>, LeaseUsageReader {
  readonly rows = new Map<string, LeaseUsageRow>();

  async find(leaseId: string): Promise<LeaseUsageRow | undefined> {
    return this.rows.get(leaseId);
  }

  async put(row: LeaseUsageRow): Promise<void> {
    this.rows.set(row.usage.leaseId, row);
  }

  async clear(): Promise<void> {
    this.rows.clear();
  }

  async findAll(leaseIds: readonly string[]): Promise<readonly LeaseUsageRow[]> {
    return [...new Set(leaseIds)].flatMap((leaseId) => this.rows.get(leaseId) ?? []);
  }
}
