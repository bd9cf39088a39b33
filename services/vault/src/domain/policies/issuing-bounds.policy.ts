import { matchesModel } from './model-pattern.ts';

/** Of two models of one key, the stricter bound holds. */
const stricter = {
  defaultDurationMs: Math.min,
  maxDurationMs: Math.min,
  /** How long a key lives on after its successor is there. */
  defaultGracePeriodMs: Math.min,
  maxGracePeriodMs: Math.min,
  defaultBudget: Math.min,
  maxBudget: Math.min,
  defaultBudgetPeriodMs: Math.max,
  /** Spending must not count from zero again sooner. */
  minBudgetPeriodMs: Math.max,
  defaultSoftBudget: Math.min,
  maxSoftBudget: Math.min,
  defaultRequestsPerMinute: Math.min,
  maxRequestsPerMinute: Math.min,
  defaultTokensPerMinute: Math.min,
  maxTokensPerMinute: Math.min,
  defaultParallelRequests: Math.min,
  maxParallelRequests: Math.min,
};

type Name = keyof typeof stricter;

/**
 * What the operator allows of a key. `default…`: for whoever names nothing; absent: the upper bound. `max…`: absent: no
 * bound. Amounts are US dollars.
 */
export type Bounds = { readonly [Each in Name]?: number | undefined };

/** Bounds for the keys of one issuer, or to some models, or both. */
export interface ScopedBounds extends Bounds {
  readonly issuer?: string | undefined;
  readonly models?: readonly string[] | undefined;
}

/** What holds for all keys, and what holds for some in its place. */
export interface IssuingLimits extends Bounds {
  readonly limits?: readonly ScopedBounds[] | undefined;
}

const names = Object.keys(stricter) as Name[];

const specificity = ({ issuer, models }: ScopedBounds): number =>
  (models === undefined ? 0 : 2) + (issuer === undefined ? 0 : 1);

const concerns = ({ issuer, models }: ScopedBounds, issuerName: string, modelId: string): boolean =>
  (issuer === undefined || issuer === issuerName) &&
  (models === undefined || models.some((pattern) => matchesModel(modelId, pattern)));

/**
 * What holds for a key of this issuer to all of these models. Each bound is the one that the most specific section names:
 * for issuer and model, then for the model, then for the issuer, then for all keys; the first of equals. It may allow
 * more than the section for all keys.
 */
export const boundsFor = (limits: IssuingLimits, issuer: string, modelIds: readonly string[]): Bounds => {
  const sections = (limits.limits ?? []).toSorted((a, b) => specificity(b) - specificity(a));
  const ofModel = (modelId: string, name: Name): number | undefined =>
    sections.find((section) => section[name] !== undefined && concerns(section, issuer, modelId))?.[name] ??
    limits[name];
  const strictest = (name: Name): [Name, number][] => {
    const values = modelIds.map((modelId) => ofModel(modelId, name)).filter((value) => value !== undefined);
    return values.length === 0 ? [] : [[name, stricter[name](...values)]];
  };
  return Object.fromEntries(names.flatMap(strictest));
};
