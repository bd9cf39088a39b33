/** Written by the projection, in its transaction. */
export interface TestRunTable<Tx> {
  /** A run that has begun. Again: nothing more. */
  add(runId: string, startedAt: string, tx: Tx): Promise<void>;
  /** A run that has come to its end; nothing when there is none. */
  remove(runId: string, tx: Tx): Promise<void>;
  /** Removes every row. */
  clear(tx: Tx): Promise<void>;
}

/** Read by everybody else; may lag behind the events. Throws `unavailable` when the store cannot be reached. */
export interface TestRunReader {
  /** At most `limit` runs that have not come to their end, oldest first. */
  unfinished(limit: number): Promise<readonly string[]>;
}
