import type { LeaseUsageView } from '@keyledger/contracts-vault';
import type { LeaseUsage } from '../../domain/lease-usage/lease-usage.state.ts';

/** One row of the read model `lease_usage`. */
export interface LeaseUsageRow {
  readonly usage: LeaseUsageView;
  readonly owner: string;
  readonly requestId: string | undefined;
  /** The stream of the lease up to `revision`, so that it is not read again to see that nothing has changed. */
  readonly state: LeaseUsage;
  readonly revision: bigint;
}

/** Written by the projection, in its transaction. */
export interface LeaseUsageTable<Tx> {
  /** What `put` stored last; `undefined` when there is none. */
  find(leaseId: string, tx: Tx): Promise<LeaseUsageRow | undefined>;
  /** Inserts or replaces. */
  put(row: LeaseUsageRow, tx: Tx): Promise<void>;
  /** Removes every row. */
  clear(tx: Tx): Promise<void>;
}

/** Read by everybody else; may lag behind the events. Throws `unavailable` when the store cannot be reached. */
export interface LeaseUsageReader {
  /** What is known of these, in any order; nothing for the others. */
  findAll(leaseIds: readonly string[]): Promise<readonly LeaseUsageRow[]>;
}
