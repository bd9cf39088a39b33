import { AppError } from '@keyledger/errors';
import type { Clock } from '@keyledger/event-sourcing';
import { networkOf } from '../limits/client-network.ts';

export interface LoginLimiterOptions {
  readonly clock: Clock;
  /** Mistakes that cost nothing. */
  readonly freeFailures?: number;
  /** Wait after the first mistake beyond them; doubles with each further one. */
  readonly firstDelayMs?: number;
  readonly maxDelayMs?: number;
  /** Pause after which earlier mistakes are forgotten. */
  readonly forgetAfterMs?: number;
  /** Bound of memory: the address that failed longest ago is forgotten. */
  readonly maxAddresses?: number;
}

/** Slows down guessing per client address, in the memory of this process. */
export interface LoginLimiter {
  /** Throws `rate-limited` until the address may try again. */
  check(address: string): void;
  /** `attempt` is equal for equal attempts: a stale password that a program repeats is one mistake. */
  failed(address: string, attempt: string): void;
}

interface Failures {
  readonly count: number;
  readonly lastAt: number;
  readonly attempt: string;
}

/**
 * Delays instead of a lock: whoever guesses gets about one try a minute, and whoever shares an address with them waits a
 * minute at most. Other addresses are not touched, and sessions that have begun do not pass here. A success forgives
 * nothing, or else guesses would be free beside somebody who signs in with each request.
 */
export const loginLimiter = ({
  clock,
  freeFailures = 5,
  firstDelayMs = 1_000,
  maxDelayMs = 60_000,
  forgetAfterMs = 3_600_000,
  maxAddresses = 20_000,
}: LoginLimiterOptions): LoginLimiter => {
  const failures = new Map<string, Failures>();
  const now = (): number => clock().getTime();
  const current = (network: string): Failures | undefined => {
    const entry = failures.get(network);
    return entry !== undefined && now() - entry.lastAt < forgetAfterMs ? entry : undefined;
  };
  const delayAfter = (count: number): number =>
    count <= freeFailures ? 0 : Math.min(firstDelayMs * 2 ** (count - freeFailures - 1), maxDelayMs);
  return {
    check: (address) => {
      const entry = current(networkOf(address));
      const retryAfterMs = entry === undefined ? 0 : entry.lastAt + delayAfter(entry.count) - now();
      if (retryAfterMs > 0)
        throw new AppError('rate-limited', 'Too many failed sign-ins from this address; wait and try again', {
          retryAfterMs,
        });
    },
    failed: (address, attempt) => {
      const network = networkOf(address);
      const earlier = current(network);
      if (earlier?.attempt === attempt) return;
      failures.delete(network); // to the end of the order of insertion
      failures.set(network, { count: (earlier?.count ?? 0) + 1, lastAt: now(), attempt });
      const oldest = failures.keys().next();
      if (failures.size > maxAddresses && oldest.done !== true) failures.delete(oldest.value);
    },
  };
};
