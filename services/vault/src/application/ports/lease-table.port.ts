import type { KnownLease } from '../../domain/lease/lease.state.ts';

/** One row of the read model `leases`: a lease as its stream has it. */
export interface LeaseRow {
  readonly lease: KnownLease;
  /** When something is to be done for it next by itself; absent: nothing. */
  readonly dueAt: string | undefined;
  /** Of the last event. */
  readonly updatedAt: string;
}

/** Which leases. What is given must all hold. */
export interface LeaseFilter {
  readonly owner?: string | undefined;
  readonly team?: string | undefined;
  readonly issuer?: string | undefined;
  /** One of the models of the key. */
  readonly modelId?: string | undefined;
  readonly tag?: string | undefined;
  readonly statuses?: readonly KnownLease['status'][] | undefined;
  /** Those that expire at all, and before this. */
  readonly expiresBefore?: string | undefined;
  /** Those for which a person has something to do at the provider. */
  readonly hasCustodianTask?: true | undefined;
}

/** Where a page begins: behind the lease with this time and id. */
export interface LeaseCursor {
  readonly startedAt: string;
  readonly leaseId: string;
}

/** Where a page of what is due begins: behind the lease with this time and id. */
export interface DueCursor {
  readonly dueAt: string;
  readonly leaseId: string;
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

/** Read by everybody else; may lag behind the events. Throws `unavailable` when the store cannot be reached. */
export interface LeaseReader {
  /** Names of the issuers that have leases which are due at `now`, in no particular order. */
  issuersWithDue(now: Date): Promise<readonly string[]>;
  /** At most `limit` leases of this issuer that are due at `now`, the longest due first, ties by id. */
  findDue(issuer: string, now: Date, limit: number, after?: DueCursor): Promise<readonly LeaseRow[]>;
  /**
   * At most `limit` leases, newest first, ties by id downwards. Leases that come while somebody pages neither move nor
   * repeat what lies behind the cursor.
   */
  page(filter: LeaseFilter, limit: number, after?: LeaseCursor): Promise<readonly LeaseRow[]>;
  /** How many leases there are of each status. */
  countByStatus(): Promise<ReadonlyMap<KnownLease['status'], number>>;
}
