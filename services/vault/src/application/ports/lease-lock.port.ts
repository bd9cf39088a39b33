/**
 * Keeps two replicas from working on one lease at the same time, so that the issuer, which checks an alias before it
 * inserts, is never asked for one alias twice at once. Saves work; no guarantee rests on it alone, since a lock can be
 * lost with its connection.
 */
export interface LeaseLock {
  /**
   * Runs `work` while holding the lock and returns its result; `undefined`, without running it, when somebody else holds
   * the lock. Throws what `work` throws, and `unavailable` when the lock cannot be asked for.
   */
  tryHold<Result>(leaseId: string, work: () => Promise<Result>): Promise<{ readonly result: Result } | undefined>;
}
