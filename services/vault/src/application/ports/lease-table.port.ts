import type { FailureCause } from '../../domain/lease/lease.messages.ts';

/** One row of the read model `leases`. */
export interface LeaseRow {
  readonly leaseId: string;
  readonly requestId: string;
  readonly status: 'started' | 'issued' | 'failed';
  readonly issuer: string;
  readonly owner: string;
  readonly modelIds: readonly string[];
  readonly generation: number;
  readonly alias: string;
  readonly mask: string | undefined;
  readonly startedAt: string;
  readonly issuedAt: string | undefined;
  readonly expiresAt: string | undefined;
  readonly failureCause: FailureCause | undefined;
  /** Of the last event. */
  readonly updatedAt: string;
}

/** Written by the projection, in its transaction; what that rolls back was not written. */
export interface LeaseTable<Tx> {
  /** As this transaction sees it, its own writes included. */
  find(leaseId: string, tx: Tx): Promise<LeaseRow | undefined>;
  /** Inserts or replaces. */
  put(row: LeaseRow, tx: Tx): Promise<void>;
  /** Removes all. */
  clear(tx: Tx): Promise<void>;
}

/** Read by everybody else; may lag behind the events. Both methods throw `unavailable` when it cannot be reached. */
export interface LeaseReader {
  /** Leases that wait for their key and had no event since `before`, oldest first. */
  findWaiting(before: Date, limit: number): Promise<readonly LeaseRow[]>;
  /** How many leases there are of each status. */
  countByStatus(): Promise<ReadonlyMap<LeaseRow['status'], number>>;
}
