import type { Bounds } from './issuing-bounds.policy.ts';
import type { BoundedTerms } from './issuing-limits.policy.ts';
import { fromMs, toMs } from './spans.ts';

/** What is asked for beyond a bound, as a sentence that names the bound. */
export type Excess = string;

type Limits = Omit<BoundedTerms, 'duration'>;

const above = (value: number | undefined, max: number | undefined, sentence: (max: number) => Excess): Excess[] =>
  value !== undefined && max !== undefined && value > max ? [sentence(max)] : [];

const usd = (amount: number): string => `${amount} US dollars`;

const excessOfPeriod = ({ budget }: Limits, { minBudgetPeriodMs }: Bounds): Excess[] =>
  budget?.period !== undefined && minBudgetPeriodMs !== undefined && toMs(budget.period) < minBudgetPeriodMs
    ? [`The shortest period of a budget is ${fromMs(minBudgetPeriodMs)}`]
    : [];

/**
 * What of explicit terms is not allowed. Unlike a request, which is cut down to what is allowed, somebody who commands
 * is told. What they leave out is not their wish and no excess.
 */
export const excessOf = (terms: BoundedTerms, bounds: Bounds): readonly Excess[] => {
  const { duration, budget, softBudgetUsd, rateLimits } = terms;
  const { requestsPerMinute, tokensPerMinute, parallelRequests } = rateLimits ?? {};
  const life = duration === undefined ? undefined : toMs(duration);
  return [
    ...above(life, bounds.maxDurationMs, (max) => `The longest life is ${fromMs(max)}`),
    ...above(budget?.maxUsd, bounds.maxBudget, (max) => `The highest budget is ${usd(max)}`),
    ...excessOfPeriod(terms, bounds),
    ...above(softBudgetUsd, bounds.maxSoftBudget, (max) => `The highest soft budget is ${usd(max)}`),
    ...above(softBudgetUsd, budget?.maxUsd, (max) => `The soft budget is above the budget of ${usd(max)}`),
    ...above(requestsPerMinute, bounds.maxRequestsPerMinute, (max) => `The most requests per minute are ${max}`),
    ...above(tokensPerMinute, bounds.maxTokensPerMinute, (max) => `The most tokens per minute are ${max}`),
    ...above(parallelRequests, bounds.maxParallelRequests, (max) => `The most parallel requests are ${max}`),
  ];
};

/** A key before its successor lives on no longer than this. */
export const excessOfGrace = (gracePeriod: string | undefined, { maxGracePeriodMs }: Bounds): readonly Excess[] => {
  const ms = gracePeriod === undefined ? undefined : toMs(gracePeriod);
  return above(ms, maxGracePeriodMs, (max) => `The longest grace period is ${fromMs(max)}`);
};

/** A renewal gives no more time from now on than a new key would have. */
export const excessOfRenewal = (
  { expiresAt, now }: Readonly<{ expiresAt: string; now: string }>,
  { maxDurationMs }: Bounds,
): readonly Excess[] => {
  const life = Date.parse(expiresAt) - Date.parse(now);
  return above(life, maxDurationMs, (max) => `The longest life from now on is ${fromMs(max)}`);
};

const missing = (bound: number | undefined, value: unknown, sentence: (max: number) => Excess): Excess[] =>
  bound !== undefined && value === undefined ? [sentence(bound)] : [];

/** What keys to these models must have and this one has not. */
const lacking = ({ budget, rateLimits = {} }: Limits, bounds: Bounds): readonly Excess[] => [
  ...missing(bounds.maxBudget, budget, (max) => `Keys to these models have a budget, of ${usd(max)} at most`),
  ...missing(
    bounds.maxRequestsPerMinute,
    rateLimits.requestsPerMinute,
    (max) => `Keys to these models have a limit of requests per minute, of ${max} at most`,
  ),
  ...missing(
    bounds.maxTokensPerMinute,
    rateLimits.tokensPerMinute,
    (max) => `Keys to these models have a limit of tokens per minute, of ${max} at most`,
  ),
  ...missing(
    bounds.maxParallelRequests,
    rateLimits.parallelRequests,
    (max) => `Keys to these models have a limit of parallel requests, of ${max} at most`,
  ),
];

/** A key that opens other models lives no longer from now on than a new key to them would. */
export const excessOfLife = (
  { expiresAt, now }: Readonly<{ expiresAt: string | undefined; now: string }>,
  bounds: Bounds,
): readonly Excess[] =>
  expiresAt === undefined
    ? missing(bounds.maxDurationMs, undefined, (max) => `Keys to these models expire, after ${fromMs(max)} at most`)
    : excessOfRenewal({ expiresAt, now }, bounds);

/**
 * What of changed limits is not allowed. `bounds` are those of the models after the change. What a key keeps is looked at
 * as well when it gets other models, since these may be bounded otherwise: what is bounded for them it must have, too.
 */
export const excessOfLimits = (
  changed: Limits & { readonly modelIds?: readonly string[] | undefined },
  kept: Limits,
  bounds: Bounds,
): readonly Excess[] => {
  const { budget = kept.budget, softBudgetUsd = kept.softBudgetUsd, rateLimits = kept.rateLimits } = changed;
  if (changed.modelIds !== undefined) {
    const after = { budget, softBudgetUsd, rateLimits };
    return [...excessOf(after, bounds), ...lacking(after, bounds)];
  }
  const isSoftAbove = changed.budget !== undefined || changed.softBudgetUsd !== undefined;
  return [
    ...excessOf({ ...changed, softBudgetUsd: undefined }, bounds),
    ...above(changed.softBudgetUsd, bounds.maxSoftBudget, (max) => `The highest soft budget is ${usd(max)}`),
    ...(isSoftAbove
      ? above(softBudgetUsd, budget?.maxUsd, (max) => `The soft budget is above the budget of ${usd(max)}`)
      : []),
  ];
};
