import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { terms } from '../lease/lease.examples.ts';
import type { IssuingLimits } from './issuing-bounds.policy.ts';
import { termsOf } from './issuing-limits.policy.ts';

const DAY_MS = 86_400_000;

const wanted = (duration?: string, budget?: { maxUsd: number; period?: string }) => ({ ...terms, duration, budget });

describe('the life of a key', () => {
  it.each<[string, string | undefined, IssuingLimits, string | undefined]>([
    ['is the one that was asked for', '7d', { defaultDurationMs: 30 * DAY_MS }, '7d'],
    ['is the default when none was asked for', undefined, { defaultDurationMs: 30 * DAY_MS }, '30d'],
    ['is the upper bound when there is no default', undefined, { maxDurationMs: 90 * DAY_MS }, '90d'],
    ['is cut to the upper bound', '365d', { maxDurationMs: 90 * DAY_MS }, '90d'],
    ['may be the upper bound itself', '90d', { maxDurationMs: 90 * DAY_MS }, '90d'],
    ['keeps the unit in which it was asked for', '24h', { maxDurationMs: 90 * DAY_MS }, '24h'],
    ['is unlimited when nobody limits it', undefined, {}, undefined],
    ['is given in hours when days do not fit', undefined, { defaultDurationMs: 36 * 3_600_000 }, '36h'],
    ['is given in minutes', undefined, { defaultDurationMs: 90 * 60_000 }, '90m'],
    ['is given in whole seconds', undefined, { defaultDurationMs: 1_500 }, '1s'],
  ])('%s', (_case, duration, limits, expected) => {
    expect(termsOf(wanted(duration), limits).duration).toBe(expected);
  });

  it('never exceeds the upper bound', () => {
    const UNIT_MS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: DAY_MS };
    const durations = fc.tuple(fc.integer({ min: 1, max: 999_999 }), fc.constantFrom('s', 'm', 'h', 'd'));
    fc.assert(
      fc.property(durations, fc.integer({ min: 1_000, max: 400 * DAY_MS }), ([number, unit], maxDurationMs) => {
        const { duration = '' } = termsOf(wanted(`${number}${unit}`), { maxDurationMs });
        expect(duration).toMatch(/^[1-9]\d*[smhd]$/);
        expect(Number(duration.slice(0, -1)) * UNIT_MS[duration.slice(-1)]!).toBeLessThanOrEqual(maxDurationMs);
      }),
    );
  });
});

describe('the budget of a key', () => {
  it.each<[string, { maxUsd: number; period?: string } | undefined, IssuingLimits, unknown]>([
    ['is the one that was asked for', { maxUsd: 5, period: '30d' }, { maxBudget: 50 }, { maxUsd: 5, period: '30d' }],
    ['is the default when none was asked for', undefined, { defaultBudget: 10 }, { maxUsd: 10 }],
    ['is the upper bound when there is no default', undefined, { maxBudget: 50 }, { maxUsd: 50 }],
    ['is cut to the upper bound', { maxUsd: 500, period: '7d' }, { maxBudget: 50 }, { maxUsd: 50, period: '7d' }],
    ['is unlimited when nobody limits it', undefined, {}, undefined],
  ])('%s', (_case, budget, limits, expected) => {
    expect(termsOf(wanted(undefined, budget), limits).budget).toEqual(expected);
  });
});

describe('the period of a budget', () => {
  const HOUR_MS = DAY_MS / 24;
  it.each<[string, { maxUsd: number; period?: string } | undefined, IssuingLimits, unknown]>([
    ['is not shorter than allowed', { maxUsd: 5, period: '1h' }, { minBudgetPeriodMs: DAY_MS }, '1d'],
    ['is the one that was asked for', { maxUsd: 5, period: '24h' }, { minBudgetPeriodMs: DAY_MS }, '24h'],
    [
      'is none for a budget without one, which is stricter',
      { maxUsd: 5 },
      { defaultBudgetPeriodMs: DAY_MS },
      undefined,
    ],
    [
      'is the default of a budget that is the default',
      undefined,
      { maxBudget: 5, defaultBudgetPeriodMs: DAY_MS },
      '1d',
    ],
    [
      'of a default is not shorter than allowed either',
      undefined,
      { maxBudget: 5, defaultBudgetPeriodMs: HOUR_MS, minBudgetPeriodMs: DAY_MS },
      '1d',
    ],
  ])('%s', (_case, budget, limits, expected) => {
    expect(termsOf(wanted(undefined, budget), limits).budget?.period).toBe(expected);
  });
});

describe('the soft budget of a key', () => {
  const of = (softBudgetUsd: number | undefined, limits: IssuingLimits, maxUsd = 10) =>
    termsOf({ ...wanted(undefined, { maxUsd }), softBudgetUsd }, limits).softBudgetUsd;

  it.each<[string, number | undefined, IssuingLimits, number | undefined]>([
    ['is the one that was asked for', 3, { maxSoftBudget: 5 }, 3],
    ['is the default when none was asked for', undefined, { defaultSoftBudget: 4 }, 4],
    ['is cut to the upper bound', 9, { maxSoftBudget: 5 }, 5],
    ['is never above the budget', 90, {}, 10],
    ['is none when nobody sets one', undefined, {}, undefined],
  ])('%s', (_case, softBudgetUsd, limits, expected) => expect(of(softBudgetUsd, limits)).toBe(expected));
});

describe('the rates of a key', () => {
  const of = (rateLimits: object | undefined, limits: IssuingLimits) =>
    termsOf({ ...wanted(), rateLimits }, limits).rateLimits;

  it.each<[string, object | undefined, IssuingLimits, unknown]>([
    ['are those that were asked for', { requestsPerMinute: 5 }, { maxRequestsPerMinute: 10 }, { requestsPerMinute: 5 }],
    [
      'are cut to the upper bounds, each for itself',
      { requestsPerMinute: 50, tokensPerMinute: 7 },
      { maxRequestsPerMinute: 10, maxTokensPerMinute: 9, maxParallelRequests: 2 },
      { requestsPerMinute: 10, tokensPerMinute: 7, parallelRequests: 2 },
    ],
    ['are the defaults when none were asked for', undefined, { defaultTokensPerMinute: 9 }, { tokensPerMinute: 9 }],
    ['are none when nobody limits them', {}, {}, undefined],
  ])('%s', (_case, rateLimits, limits, expected) => expect(of(rateLimits, limits)).toEqual(expected));
});

describe('a key to a model that is bounded for itself', () => {
  it('gets no more than that, and its default too is cut', () => {
    const limits = { defaultBudget: 10, maxBudget: 100, limits: [{ models: ['gpt-*'], maxBudget: 2 }] };
    expect(termsOf(wanted(undefined, { maxUsd: 50 }), limits).budget).toEqual({ maxUsd: 2 });
    expect(termsOf(wanted(), limits).budget).toEqual({ maxUsd: 2 });
    expect(termsOf({ ...wanted(), modelIds: ['other'] }, limits).budget).toEqual({ maxUsd: 10 });
  });
});

describe('everything else', () => {
  it('stays as it was approved', () => {
    const { duration, budget, ...rest } = termsOf({ ...terms, duration: terms.duration, budget: terms.budget }, {});
    expect({ ...rest, duration, budget }).toEqual(terms);
  });
});
