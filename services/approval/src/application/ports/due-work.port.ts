/** What has to happen to a request at a later time. */
export interface DueItem {
  readonly requestId: string;
  readonly kind: 'evaluate' | 'expire';
  readonly dueAt: string;
  /** The attempt that the evaluation will be; 1 for `expire`. */
  readonly attempt: number;
  /** The event that asked for it, and its trace. */
  readonly causedBy: string;
  readonly traceparent?: string;
}

/** The timers of all requests, shared by the replicas. Every implementation passes `dueWorkContract`. */
export interface DueWork {
  /**
   * At most `limit` items that are due at `now`, the longest due first. They are claimed for `claimMs`: no other caller
   * gets them before that. An item stays until its request moves on, so that one whose claimer died comes back. Throws
   * `unavailable` when the timers cannot be reached; some may then be claimed all the same.
   */
  claim(now: Date, limit: number, claimMs: number): Promise<readonly DueItem[]>;

  /**
   * Ends a claim early: the item can be claimed again from `at` on. Changes nothing when it was replaced or removed
   * meanwhile, or is free before that anyway. Throws `unavailable` as `claim` does; repeating is safe.
   */
  giveBack(item: DueItem, at: Date): Promise<void>;

  /** The earliest time at which `claim` could return something; `undefined` when nothing waits. Throws as `claim` does. */
  nextDueAt(): Promise<Date | undefined>;
}

export const DUE_WORK: unique symbol = Symbol('DueWork');

/** The same, as the projection writes it: at most one item per request. */
export interface DueWorkTable<Tx> {
  /** Replaces what the request had, and any claim on it. */
  put(item: DueItem, tx: Tx): Promise<void>;
  /** Nothing happens for a request that has none. */
  remove(requestId: string, tx: Tx): Promise<void>;
  /** Removes all. */
  clear(tx: Tx): Promise<void>;
}
