import type { Clock } from '@keyledger/event-sourcing';
import type { Quota } from './quota.ts';

export interface QuotaCounterOptions {
  readonly quota: Quota;
  readonly clock: Clock;
  /** Bound of memory: the key that was used longest ago is forgotten. */
  readonly maxKeys?: number;
}

/** Counts uses per key, in the memory of this process. */
export interface QuotaCounter {
  /** Milliseconds until there is one more use for the key; 0 when there is one now. Takes nothing. */
  waitMs(key: string): number;
  /** Takes one use. */
  take(key: string): void;
}

/**
 * A bucket that holds `count` uses and is refilled evenly over the window (GCRA): all at once after a rest, then one at a
 * time. What is kept per key is one number: when its bucket will be full again.
 */
export const quotaCounter = ({ quota, clock, maxKeys = 20_000 }: QuotaCounterOptions): QuotaCounter => {
  const { count, windowMs } = quota;
  const perUseMs = windowMs / count;
  const fullAt = new Map<string, number>();
  const afterOneMore = (key: string, now: number): number => Math.max(fullAt.get(key) ?? now, now) + perUseMs;
  return {
    waitMs: (key) => {
      const now = clock().getTime();
      return Math.max(0, Math.ceil(afterOneMore(key, now) - now - windowMs));
    },
    take: (key) => {
      const next = afterOneMore(key, clock().getTime());
      fullAt.delete(key); // to the end of the order of insertion
      fullAt.set(key, next);
      const oldest = fullAt.keys().next();
      if (fullAt.size > maxKeys && oldest.done !== true) fullAt.delete(oldest.value);
    },
  };
};
