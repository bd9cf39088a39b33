import { describe, expect, it } from '@jest/globals';
import type { Bounds } from './issuing-bounds.policy.ts';
import { excessOf, excessOfLife, excessOfLimits, excessOfRenewal } from './issuing-excess.policy.ts';

const DAY_MS = 86_400_000;

const bounds: Bounds = {
  maxDurationMs: 90 * DAY_MS,
  maxBudget: 100,
  minBudgetPeriodMs: DAY_MS,
  maxSoftBudget: 80,
  maxRequestsPerMinute: 60,
  maxTokensPerMinute: 1_000,
  maxParallelRequests: 4,
};

describe('explicit terms', () => {
  it.each<[object, string]>([
    [{ duration: '91d' }, 'The longest life is 90d'],
    [{ budget: { maxUsd: 100.01 } }, 'The highest budget is 100 US dollars'],
    [{ budget: { maxUsd: 1, period: '23h' } }, 'The shortest period of a budget is 1d'],
    [{ softBudgetUsd: 81 }, 'The highest soft budget is 80 US dollars'],
    [{ softBudgetUsd: 6, budget: { maxUsd: 5 } }, 'The soft budget is above the budget of 5 US dollars'],
    [{ rateLimits: { requestsPerMinute: 61 } }, 'The most requests per minute are 60'],
    [{ rateLimits: { tokensPerMinute: 1_001 } }, 'The most tokens per minute are 1000'],
    [{ rateLimits: { parallelRequests: 5 } }, 'The most parallel requests are 4'],
  ])('%j: %s', (terms, excess) => expect(excessOf(terms, bounds)).toEqual([excess]));

  it('may be the bounds themselves, or less', () => {
    const most = { duration: '90d', budget: { maxUsd: 100, period: '1d' }, softBudgetUsd: 80 };
    const rateLimits = { requestsPerMinute: 60, tokensPerMinute: 1_000, parallelRequests: 4 };
    expect(excessOf({ ...most, rateLimits }, bounds)).toEqual([]);
    expect(excessOf({}, bounds)).toEqual([]);
  });

  it('are told everything that is wrong at once', () =>
    expect(excessOf({ duration: '1000d', budget: { maxUsd: 1_000 } }, bounds)).toHaveLength(2));

  it('may be anything where nothing is bounded', () =>
    expect(excessOf({ duration: '1000d', budget: { maxUsd: 1e6, period: '1s' } }, {})).toEqual([]));
});

describe('a renewal', () => {
  const now = '2026-11-21T08:00:00.000Z';

  it.each([
    ['2027-02-19T08:00:00.000Z', []],
    ['2027-02-19T08:00:00.001Z', ['The longest life from now on is 90d']],
  ])('until %s', (expiresAt, excess) => expect(excessOfRenewal({ expiresAt, now }, bounds)).toEqual(excess));
});

describe('changed limits', () => {
  const kept = { budget: { maxUsd: 10 }, softBudgetUsd: 8 };

  it('are looked at, and what is kept is not, since it was allowed', () => {
    expect(excessOfLimits({ rateLimits: { parallelRequests: 2 } }, { budget: { maxUsd: 500 } }, bounds)).toEqual([]);
    expect(excessOfLimits({ budget: { maxUsd: 101 } }, kept, bounds)).toEqual(['The highest budget is 100 US dollars']);
  });

  it('keep the soft budget below the budget, whichever of them changes', () => {
    expect(excessOfLimits({ budget: { maxUsd: 7 } }, kept, bounds)).toHaveLength(1);
    expect(excessOfLimits({ softBudgetUsd: 11 }, kept, bounds)).toHaveLength(1);
    expect(excessOfLimits({ budget: { maxUsd: 7 }, softBudgetUsd: 6 }, kept, bounds)).toEqual([]);
  });

  it('with other models: what is kept must be allowed for these, and what is bounded must be there', () => {
    const modelIds = ['o1'];
    const rateLimits = { requestsPerMinute: 60, tokensPerMinute: 1_000, parallelRequests: 4 };
    expect(excessOfLimits({ modelIds }, { budget: { maxUsd: 500 }, rateLimits }, bounds)).toHaveLength(1);
    expect(excessOfLimits({ modelIds }, {}, bounds)).toEqual([
      'Keys to these models have a budget, of 100 US dollars at most',
      'Keys to these models have a limit of requests per minute, of 60 at most',
      'Keys to these models have a limit of tokens per minute, of 1000 at most',
      'Keys to these models have a limit of parallel requests, of 4 at most',
    ]);
    expect(excessOfLimits({ modelIds, budget: { maxUsd: 50 } }, { rateLimits }, bounds)).toEqual([]);
    expect(excessOfLimits({ modelIds }, {}, {})).toEqual([]);
  });
});

describe('the life of a key that gets other models', () => {
  const now = '2026-11-21T08:00:00.000Z';

  it.each([
    ['2027-02-19T08:00:00.000Z', []],
    ['2027-02-19T08:00:00.001Z', ['The longest life from now on is 90d']],
    [undefined, ['Keys to these models expire, after 90d at most']],
  ])('until %s', (expiresAt, excess) => {
    expect(excessOfLife({ expiresAt, now }, bounds)).toEqual(excess);
    expect(excessOfLife({ expiresAt, now }, {})).toEqual([]);
  });
});
