/** Counts over all replicas. Throws `unavailable` when that is not possible. */
export interface TestQuota {
  /**
   * One more of this subject, in a minute that begins with the first after the one before. Resolves with 0 while there are
   * no more than `mostPerMinute` in it, and with the milliseconds until the next minute otherwise. Of several at once no
   * more than that get 0.
   */
  take(subject: string, mostPerMinute: number, now: Date): Promise<number>;
}

export const QUOTA_WINDOW_MS = 60_000;
