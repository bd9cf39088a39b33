import { amount, duration, integer, type Kind, text } from '../kind.ts';
import type { Section } from './section.ts';
import { suggestionFor } from './suggestion.ts';

/**
 * What a key may be. `default…`: for whoever names nothing; absent: the upper bound. `max…`: the most that anybody gets;
 * absent: no bound. Amounts are US dollars.
 */
export interface BoundsConfig {
  readonly defaultDurationMs?: number | undefined;
  readonly maxDurationMs?: number | undefined;
  /** How long a key lives on after its successor is there. Default 1 day, or the upper bound. */
  readonly defaultGracePeriodMs?: number | undefined;
  /** For all keys 7 days, unless set. */
  readonly maxGracePeriodMs?: number | undefined;
  readonly defaultBudget?: number | undefined;
  readonly maxBudget?: number | undefined;
  /** After which spending counts from zero again, where a budget is the default. Absent: never. */
  readonly defaultBudgetPeriodMs?: number | undefined;
  /** The shortest time after which spending may count from zero again: a budget per hour is none. */
  readonly minBudgetPeriodMs?: number | undefined;
  /** Spending at which people are warned; never more than the budget. */
  readonly defaultSoftBudget?: number | undefined;
  readonly maxSoftBudget?: number | undefined;
  readonly defaultRequestsPerMinute?: number | undefined;
  readonly maxRequestsPerMinute?: number | undefined;
  readonly defaultTokensPerMinute?: number | undefined;
  readonly maxTokensPerMinute?: number | undefined;
  readonly defaultParallelRequests?: number | undefined;
  readonly maxParallelRequests?: number | undefined;
}

/** Bounds for the keys of one issuer, or to some models, or both. */
export interface ScopedBoundsConfig extends BoundsConfig {
  /** Absent: of every issuer. */
  readonly issuer?: string | undefined;
  /** Patterns over the whole model id, `*` and `?`; a key to one of these models. Absent: to every model. */
  readonly models?: readonly string[] | undefined;
}

export interface IssuingConfig extends BoundsConfig {
  /** Life of a key when nobody names one. Default 30 days. */
  readonly defaultDurationMs: number;
  /** `issuing.limits`: what holds for some keys in the place of the above. */
  readonly limits: readonly ScopedBoundsConfig[];
  /** How long an issuer that does not answer is asked again before the issuing fails; `ISSUING_GIVE_UP_AFTER`. Default 15 minutes. */
  readonly giveUpAfterMs: number;
}

const MINUTE_MS = 60_000;
const STANDARD_DURATION_MS = 30 * 86_400_000;
const MAX_GRACE_PERIOD_MS = 7 * 86_400_000;

const count = integer(1, 1_000_000_000);

interface Pair {
  readonly default: number | undefined;
  readonly max: number | undefined;
}

const readPair = (section: Section, name: string, kind: Kind<number>, noun: string, worse: string): Pair => {
  const max = section.optional(`max_${name}`, kind);
  const standard = section.optional(`default_${name}`, kind);
  if (max !== undefined && standard !== undefined && standard > max)
    section.refuse(`default_${name}`, `${noun} max_${name}`, worse);
  return { default: standard, max };
};

const readBounds = (section: Section): BoundsConfig => {
  const higher = (name: string, kind: Kind<number>, noun: string) =>
    readPair(section, name, kind, `${noun} not above`, 'a higher one');
  const life = readPair(section, 'duration', duration, 'a duration not longer than', 'a longer one');
  const grace = readPair(section, 'grace_period', duration, 'a duration not longer than', 'a longer one');
  const budget = higher('budget', amount, 'an amount');
  const softBudget = higher('soft_budget', amount, 'an amount');
  const requests = higher('requests_per_minute', count, 'a number');
  const tokens = higher('tokens_per_minute', count, 'a number');
  const parallel = higher('parallel_requests', count, 'a number');
  const minPeriod = section.optional('min_budget_period', duration);
  const period = section.optional('default_budget_period', duration);
  if (minPeriod !== undefined && period !== undefined && period < minPeriod)
    section.refuse('default_budget_period', 'a duration not shorter than min_budget_period', 'a shorter one');
  return {
    defaultDurationMs: life.default,
    maxDurationMs: life.max,
    defaultGracePeriodMs: grace.default,
    maxGracePeriodMs: grace.max,
    defaultBudget: budget.default,
    maxBudget: budget.max,
    defaultBudgetPeriodMs: period,
    minBudgetPeriodMs: minPeriod,
    defaultSoftBudget: softBudget.default,
    maxSoftBudget: softBudget.max,
    defaultRequestsPerMinute: requests.default,
    maxRequestsPerMinute: requests.max,
    defaultTokensPerMinute: tokens.default,
    maxTokensPerMinute: tokens.max,
    defaultParallelRequests: parallel.default,
    maxParallelRequests: parallel.max,
  };
};

/** Sets and alternatives would be taken for letters, which nobody means. */
export const modelPattern: Kind<string> = {
  expected: 'a model id as text, with * and ? for what varies',
  parse: (value) => {
    const pattern = text.parse(value);
    return pattern === undefined || /[[\]{}]/.test(pattern) ? undefined : pattern;
  },
};

const readLimit = (section: Section, issuers: readonly string[]): ScopedBoundsConfig => {
  const issuer = section.optional('issuer', text);
  if (issuer !== undefined && !issuers.includes(issuer))
    section.refuse('issuer', `is not an issuer; ${suggestionFor(issuer, issuers)}`);
  const models = section.list('models', 'a list of patterns', modelPattern);
  if (issuer === undefined && !section.has('models'))
    section.refuse(
      'issuer',
      'an issuer, models, or both; what holds for all keys belongs into issuing itself',
      'neither',
    );
  if (models?.length === 0) section.refuse('models', 'a list of patterns', 'an empty list');
  const bounds = readBounds(section);
  section.end();
  return { issuer, models, ...bounds };
};

/** `issuers`: all that there are. A bound for another one would hold for nothing, and be missed where it was meant. */
export const readIssuing = (issuing: Section, issuers: readonly string[]): IssuingConfig => {
  const bounds = readBounds(issuing);
  const { defaultDurationMs, maxDurationMs = STANDARD_DURATION_MS } = bounds;
  return {
    ...bounds,
    maxGracePeriodMs: bounds.maxGracePeriodMs ?? Math.max(MAX_GRACE_PERIOD_MS, bounds.defaultGracePeriodMs ?? 0),
    defaultDurationMs: defaultDurationMs ?? Math.min(STANDARD_DURATION_MS, maxDurationMs),
    limits: issuing
      .sections('limits', 'a list of bounds, each for an issuer, for models, or both')
      .map((limit) => readLimit(limit, issuers)),
    giveUpAfterMs: issuing.optional('give_up_after', duration, { env: 'ISSUING_GIVE_UP_AFTER' }) ?? 15 * MINUTE_MS,
  };
};
