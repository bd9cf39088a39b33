import { AppError } from '@keyledger/errors';
import type { Clock } from '@keyledger/event-sourcing';

export interface LoginLimiterOptions {
  readonly clock: Clock;
  readonly maxFailures?: number;
  readonly windowMs?: number;
  /** Bound of memory: the address that failed longest ago is forgotten. */
  readonly maxAddresses?: number;
}

/** Counts failed sign-ins per client address, in the memory of this process. */
export interface LoginLimiter {
  /** Throws `rate-limited` while the address has used up its failures. */
  check(address: string): void;
  failed(address: string): void;
  succeeded(address: string): void;
}

/** One household gets a /64 of IPv6, so that much counts as one address. */
const bucketOf = (address: string): string => {
  const ip = address.replace(/^::ffff:(?=\d+\.)/i, '');
  return ip.includes(':') ? ip.split(':').slice(0, 4).join(':') : ip;
};

export const loginLimiter = ({
  clock,
  maxFailures = 10,
  windowMs = 300_000,
  maxAddresses = 10_000,
}: LoginLimiterOptions): LoginLimiter => {
  const failures = new Map<string, { count: number; endsAt: number }>();
  const current = (bucket: string): { count: number; endsAt: number } | undefined => {
    const entry = failures.get(bucket);
    if (entry !== undefined && entry.endsAt <= clock().getTime()) {
      failures.delete(bucket);
      return undefined;
    }
    return entry;
  };
  return {
    check: (address) => {
      const entry = current(bucketOf(address));
      if (entry !== undefined && entry.count >= maxFailures)
        throw new AppError('rate-limited', 'Too many failed sign-ins from this address; wait and try again', {
          retryAfterMs: entry.endsAt - clock().getTime(),
        });
    },
    failed: (address) => {
      const bucket = bucketOf(address);
      const entry = current(bucket) ?? { count: 0, endsAt: clock().getTime() + windowMs };
      failures.delete(bucket); // to the end of the order of insertion
      failures.set(bucket, { count: entry.count + 1, endsAt: entry.endsAt });
      const oldest = failures.keys().next();
      if (failures.size > maxAddresses && oldest.done !== true) failures.delete(oldest.value);
    },
    succeeded: (address) => void failures.delete(bucketOf(address)),
  };
};
