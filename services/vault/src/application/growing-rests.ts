import type { Clock } from '@keyledger/event-sourcing';

export interface GrowingRestsDeps {
  readonly clock: Clock;
  /** After the first failure; twice as long after each further one. */
  readonly firstMs: number;
  readonly mostMs: number;
}

interface Rest {
  readonly ms: number;
  readonly until: number;
}

/**
 * What fails is left alone for a while, for longer each time it fails again. Known to this process alone: another one, or
 * this one started anew, tries at once. Saves work; nothing rests on it.
 */
export const growingRests = ({ clock, firstMs, mostMs }: GrowingRestsDeps) => {
  const rests = new Map<string, Rest>();

  /** Names that nobody failed at for long are those that somebody else has done. */
  const forgetOld = (now: number): void => {
    for (const [name, { until }] of rests) if (until + mostMs < now) rests.delete(name);
  };

  return {
    isResting: (name: string): boolean => (rests.get(name)?.until ?? 0) > clock().getTime(),
    failed: (name: string): void => {
      const now = clock().getTime();
      forgetOld(now);
      const ms = Math.min(2 * (rests.get(name)?.ms ?? firstMs / 2), mostMs);
      rests.set(name, { ms, until: now + ms });
    },
    succeeded: (name: string): void => {
      rests.delete(name);
    },
  };
};
