export interface BackOff {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** Share of a delay that is random, so that replicas do not come back in step. */
const JITTER = 0.2;

/** The delay before attempt `attempt + 1`: doubles from `firstMs` up to `maxMs`, less up to a fifth at random. */
export const exponentialDelay =
  ({ firstMs, maxMs }: BackOff) =>
  (attempt: number): number => {
    const full = Math.min(maxMs, firstMs * 2 ** Math.min(attempt - 1, 30));
    return Math.max(1, Math.round(full * (1 - JITTER * Math.random())));
  };
