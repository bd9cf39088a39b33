import type { LeaseTerms } from '../lease/lease.messages.ts';

/** What the operator allows of an issued key, whatever the request says. */
export interface IssuingLimits {
  /** For a request that names no duration; absent: the key does not expire. */
  readonly defaultDurationMs?: number | undefined;
  readonly maxDurationMs?: number | undefined;
  /** For a request that names no budget, in US dollars; absent: no limit. */
  readonly defaultBudget?: number | undefined;
  readonly maxBudget?: number | undefined;
}

type Wanted = Omit<LeaseTerms, 'duration' | 'budget'> & {
  readonly duration: string | undefined;
  readonly budget: Readonly<{ maxUsd: number; period?: string | undefined }> | undefined;
};

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const toMs = (duration: string): number => Number(duration.slice(0, -1)) * (UNIT_MS[duration.slice(-1)] ?? NaN);

/** In the largest unit that fits, never rounded up. */
const fromMs = (ms: number): string => {
  for (const unit of ['d', 'h', 'm'] as const)
    if (ms % (UNIT_MS[unit] ?? NaN) === 0) return `${ms / (UNIT_MS[unit] ?? NaN)}${unit}`;
  return `${Math.max(1, Math.floor(ms / 1_000))}s`;
};

const durationOf = (wanted: string | undefined, limits: IssuingLimits): string | undefined => {
  const { defaultDurationMs, maxDurationMs } = limits;
  const ms = wanted === undefined ? (defaultDurationMs ?? maxDurationMs) : toMs(wanted);
  if (ms === undefined) return undefined;
  if (maxDurationMs !== undefined && ms > maxDurationMs) return fromMs(maxDurationMs);
  return wanted ?? fromMs(ms);
};

const budgetOf = (wanted: Wanted['budget'], { defaultBudget, maxBudget }: IssuingLimits): LeaseTerms['budget'] => {
  const maxUsd = wanted?.maxUsd ?? defaultBudget ?? maxBudget;
  if (maxUsd === undefined) return undefined;
  return {
    maxUsd: Math.min(maxUsd, maxBudget ?? maxUsd),
    ...(wanted?.period === undefined ? {} : { period: wanted.period }),
  };
};

/** Fills in the operator's defaults and cuts down to the operator's limits. */
export const termsOf = ({ duration, budget, ...rest }: Wanted, limits: IssuingLimits): LeaseTerms => {
  const allowed = { duration: durationOf(duration, limits), budget: budgetOf(budget, limits) };
  return {
    ...rest,
    ...(allowed.duration === undefined ? {} : { duration: allowed.duration }),
    ...(allowed.budget === undefined ? {} : { budget: allowed.budget }),
  };
};
