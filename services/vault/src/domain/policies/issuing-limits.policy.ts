import { type Bounds, boundsFor, type IssuingLimits } from './issuing-bounds.policy.ts';
import { fromMs, toMs } from './spans.ts';

interface Budget {
  readonly maxUsd: number;
  readonly period?: string | undefined;
}

interface RateLimits {
  readonly requestsPerMinute?: number | undefined;
  readonly tokensPerMinute?: number | undefined;
  readonly parallelRequests?: number | undefined;
}

/** The terms of a key that are bounded. */
export interface BoundedTerms {
  readonly duration?: string | undefined;
  readonly budget?: Budget | undefined;
  readonly softBudgetUsd?: number | undefined;
  readonly rateLimits?: RateLimits | undefined;
}

const present = <T extends object>(value: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as never;

/** What is wanted, or the default, or the most; never more than the most. */
const within = (wanted: number | undefined, standard: number | undefined, max: number | undefined) => {
  const value = wanted ?? standard ?? max;
  return value === undefined ? undefined : Math.min(value, max ?? value);
};

const durationOf = (wanted: string | undefined, { defaultDurationMs, maxDurationMs }: Bounds): string | undefined => {
  const wantedMs = wanted === undefined ? undefined : toMs(wanted);
  const ms = within(wantedMs, defaultDurationMs, maxDurationMs);
  if (ms === undefined) return undefined;
  return ms === wantedMs ? wanted : fromMs(ms);
};

const periodOf = (wanted: Budget | undefined, bounds: Bounds): string | undefined => {
  const { minBudgetPeriodMs = 0, defaultBudgetPeriodMs } = bounds;
  const period = wanted === undefined ? defaultBudgetPeriodMs : wanted.period && toMs(wanted.period);
  if (period === undefined || period === '') return undefined;
  return wanted?.period !== undefined && period >= minBudgetPeriodMs
    ? wanted.period
    : fromMs(Math.max(period, minBudgetPeriodMs));
};

const budgetOf = (wanted: Budget | undefined, bounds: Bounds): Budget | undefined => {
  const maxUsd = within(wanted?.maxUsd, bounds.defaultBudget, bounds.maxBudget);
  return maxUsd === undefined ? undefined : { maxUsd, ...present({ period: periodOf(wanted, bounds) }) };
};

/** Nobody is warned of spending that the budget does not allow. */
const softBudgetOf = (wanted: number | undefined, budget: Budget | undefined, bounds: Bounds): number | undefined => {
  const soft = within(wanted, bounds.defaultSoftBudget, bounds.maxSoftBudget);
  return soft === undefined ? undefined : Math.min(soft, budget?.maxUsd ?? soft);
};

const rateLimitsOf = (wanted: RateLimits = {}, bounds: Bounds): RateLimits | undefined => {
  const limits = present({
    requestsPerMinute: within(wanted.requestsPerMinute, bounds.defaultRequestsPerMinute, bounds.maxRequestsPerMinute),
    tokensPerMinute: within(wanted.tokensPerMinute, bounds.defaultTokensPerMinute, bounds.maxTokensPerMinute),
    parallelRequests: within(wanted.parallelRequests, bounds.defaultParallelRequests, bounds.maxParallelRequests),
  });
  return Object.keys(limits).length === 0 ? undefined : limits;
};

/** Long enough for people to put the new key in its place on the next working morning. */
const STANDARD_GRACE_MS = 86_400_000;

/** How long the key before lives on where nobody says it. */
export const standardGraceMs = ({ defaultGracePeriodMs = STANDARD_GRACE_MS, maxGracePeriodMs }: Bounds): number =>
  Math.min(defaultGracePeriodMs, maxGracePeriodMs ?? defaultGracePeriodMs);

type Allowed<Terms extends BoundedTerms> = Omit<Terms, keyof BoundedTerms> & {
  readonly duration?: string;
  readonly budget?: Readonly<{ maxUsd: number; period?: string }>;
  readonly softBudgetUsd?: number;
  readonly rateLimits?: RateLimits;
};

/** Fills in the operator's defaults and cuts down to the operator's bounds, whatever was asked for. */
export const termsOf = <Terms extends BoundedTerms & Readonly<{ issuer: string; modelIds: readonly string[] }>>(
  wanted: Terms,
  limits: IssuingLimits,
): Allowed<Terms> => {
  const { duration, budget, softBudgetUsd, rateLimits, ...rest } = wanted;
  const bounds = boundsFor(limits, wanted.issuer, wanted.modelIds);
  const allowed = budgetOf(budget, bounds);
  return {
    ...rest,
    ...present({
      duration: durationOf(duration, bounds),
      budget: allowed,
      softBudgetUsd: softBudgetOf(softBudgetUsd, allowed, bounds),
      rateLimits: rateLimitsOf(rateLimits, bounds),
    }),
  } as Allowed<Terms>;
};
