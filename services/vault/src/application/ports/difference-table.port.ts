import type { DifferenceView } from '@keyledger/contracts-vault';

/** Which differences. What is given must all hold. */
export interface DifferenceFilter {
  readonly issuer?: string;
  readonly kind?: DifferenceView['kind'];
  readonly statuses?: readonly DifferenceView['status'][];
  readonly leaseId?: string;
}

/** Where a page begins: behind the difference with this time and id. */
export interface DifferenceCursor {
  readonly foundAt: string;
  readonly differenceId: string;
}

/** Written by the projection, in its transaction. */
export interface DifferenceTable<Tx> {
  /** What `put` stored last; `undefined` when there is none. */
  find(differenceId: string, tx: Tx): Promise<DifferenceView | undefined>;
  /** Inserts or replaces. */
  put(difference: DifferenceView, tx: Tx): Promise<void>;
  /** Removes every row. */
  clear(tx: Tx): Promise<void>;
}

/** Read by everybody else; may lag behind the events. Throws `unavailable` when the store cannot be reached. */
export interface DifferenceReader {
  /** The issuer that a difference belongs to; `undefined` when it is not known. */
  issuerOf(differenceId: string): Promise<string | undefined>;
  /**
   * At most `limit` differences, newest first, ties by id downwards. Those that come while somebody pages neither move
   * nor repeat what lies behind the cursor.
   */
  page(filter: DifferenceFilter, limit: number, after?: DifferenceCursor): Promise<readonly DifferenceView[]>;
  /** How many wait for somebody, by kind. */
  countPending(): Promise<ReadonlyMap<DifferenceView['kind'], number>>;
}
