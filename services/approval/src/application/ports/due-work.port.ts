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
   * gets them before that. An item stays until its request moves on, so that one whose claimer died comes back.
   */
  claim(now: Date, limit: number, claimMs: number): Promise<readonly DueItem[]>;

  /** The earliest time at which `claim` could return something; `undefined` when nothing waits. */
  nextDueAt(): Promise<Date | undefined>;
}

export const DUE_WORK: unique symbol = Symbol('DueWork');

/** The same, as the projection writes it: at most one item per request. */
export interface DueWorkTable<Tx> {
  /** Replaces what the request had, and any claim on it. */
  put(item: DueItem, tx: Tx): Promise<void>;
  remove(requestId: string, tx: Tx): Promise<void>;
  clear(tx: Tx): Promise<void>;
}
