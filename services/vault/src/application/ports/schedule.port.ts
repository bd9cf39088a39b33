/** When work that is done from time to time was last done, by whichever replica. Throws `unavailable`. */
export interface Schedule {
  /** `undefined` when it never was. */
  lastDone(task: string): Promise<Date | undefined>;

  /** Repeating is safe; an earlier time than the one that is known changes nothing. */
  done(task: string, at: Date): Promise<void>;
}
