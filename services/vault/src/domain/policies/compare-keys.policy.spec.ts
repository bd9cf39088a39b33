import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { KeyLimits } from '../reconciliation/difference.ts';
import {
  differenceOfFound,
  type Enforced,
  type FoundKey,
  keyToBeFound,
  type LedgerKey,
  type LedgerLease,
  missingKey,
  unreadableKey,
} from './compare-keys.policy.ts';

const leaseId = '2f1d9f0e-6f0a-5f0b-9d9e-0a4b8f5d7c11';
const limits: KeyLimits = {
  modelIds: ['gpt-4o-mini', 'claude-3'],
  budget: { maxUsd: 25, period: '30d' },
  rateLimits: { requestsPerMinute: 60 },
  expiresAt: '2026-12-21T08:00:02.000Z',
  isSuspended: false,
};
const key: LedgerKey = { issuerKeyId: 'key-2', generation: 2, alias: `${leaseId}-g2`, limits };
const lease: LedgerLease = { leaseId, issuer: 'litellm', isAtRest: true, lastGeneration: 2, key, passing: [] };
const found: FoundKey = { ...limits, issuerKeyId: 'key-2', alias: key.alias, labels: { leaseId, generation: 2 } };
const issuer = { issuer: 'litellm', enforces: ['models', 'expiry', 'budget', 'rate-limits'] as Enforced };

const kindOf = (changed: Partial<FoundKey>, ledger: LedgerLease | undefined = lease): string | undefined =>
  differenceOfFound({ ...found, ...changed }, ledger, issuer)?.kind;

describe('a key that the issuer has', () => {
  const retiring = { issuerKeyId: 'key-1', generation: 1 };
  const ended = { ...lease, key: undefined };

  it.each<[string, Partial<FoundKey>, LedgerLease | undefined, string | undefined]>([
    ['as the ledger has it is no difference', {}, lease, undefined],
    ['of a lease that nobody knows is unknown', {}, undefined, 'unknown-key'],
    ['of a lease of another issuer is unknown', {}, { ...lease, issuer: 'openrouter' }, 'unknown-key'],
    [
      'of a generation that was never begun is unknown',
      { issuerKeyId: 'x', labels: { leaseId, generation: 3 } },
      lease,
      'unknown-key',
    ],
    ['of a lease that has ended should be dead', {}, ended, 'should-be-dead'],
    [
      'of a generation left behind should be dead',
      { issuerKeyId: 'key-1', labels: { leaseId, generation: 1 } },
      lease,
      'should-be-dead',
    ],
    [
      'in its grace period is no difference, whatever its limits',
      { issuerKeyId: 'key-1', labels: { leaseId, generation: 1 }, budget: { maxUsd: 1 } },
      { ...lease, passing: [retiring] },
      undefined,
    ],
    [
      'that nobody knows by its id, and that is about to be ended, is no difference',
      { issuerKeyId: 'x', labels: { leaseId, generation: 1 } },
      { ...lease, passing: [{ generation: 1 }] },
      undefined,
    ],
    [
      'of a generation of which another key is about to be ended should be dead',
      { issuerKeyId: 'x', labels: { leaseId, generation: 1 } },
      { ...lease, passing: [retiring] },
      'should-be-dead',
    ],
    ['beside the one of its generation is a second one', { issuerKeyId: 'other' }, lease, 'duplicate-alias'],
    ['that does not say whose it is cannot be read', { labels: undefined }, lease, 'unreadable'],
    ['of a lease in motion is no difference yet', { budget: { maxUsd: 9 } }, { ...lease, isAtRest: false }, undefined],
    ['that should be dead, of a lease in motion, is none yet', {}, { ...ended, isAtRest: false }, undefined],
  ])('%s', (_what, changed, ledger, expected) => {
    expect(differenceOfFound({ ...found, ...changed }, ledger, issuer)?.kind).toBe(expected);
  });

  it.each<[string, Partial<FoundKey>, KeyLimits, KeyLimits]>([
    [
      'more budget',
      { budget: { maxUsd: 99, period: '30d' } },
      { budget: { maxUsd: 25, period: '30d' } },
      {
        budget: { maxUsd: 99, period: '30d' },
      },
    ],
    [
      'another period',
      { budget: { maxUsd: 25, period: '1d' } },
      { budget: { maxUsd: 25, period: '30d' } },
      {
        budget: { maxUsd: 25, period: '1d' },
      },
    ],
    ['no budget', { budget: undefined }, { budget: { maxUsd: 25, period: '30d' } }, {}],
    [
      'one more model',
      { modelIds: ['gpt-4o-mini', 'claude-3', 'a'] },
      { modelIds: ['claude-3', 'gpt-4o-mini'] },
      {
        modelIds: ['a', 'claude-3', 'gpt-4o-mini'],
      },
    ],
    [
      'every model, as some issuers read an empty list',
      { modelIds: [] },
      { modelIds: ['claude-3', 'gpt-4o-mini'] },
      {
        modelIds: [],
      },
    ],
    [
      'another rate',
      { rateLimits: { requestsPerMinute: 600 } },
      { rateLimits: { requestsPerMinute: 60 } },
      {
        rateLimits: { requestsPerMinute: 600 },
      },
    ],
    ['no end', { expiresAt: undefined }, { expiresAt: '2026-12-21T08:00:02.000Z' }, {}],
    [
      'another end',
      { expiresAt: '2027-12-21T08:00:02.000Z' },
      { expiresAt: '2026-12-21T08:00:02.000Z' },
      {
        expiresAt: '2027-12-21T08:00:02.000Z',
      },
    ],
    ['a block that the ledger does not know', { isSuspended: true }, { isSuspended: false }, { isSuspended: true }],
  ])('has changed limits with %s, and only what differs is told', (_what, changed, expected, actual) => {
    expect(differenceOfFound({ ...found, ...changed }, lease, issuer)).toMatchObject({
      kind: 'limits-changed',
      leaseId,
      generation: 2,
      expected,
      found: actual,
    });
    expect(differenceOfFound({ ...found, ...changed }, lease, issuer)).toHaveProperty('found', actual);
  });

  it.each<[string, Partial<FoundKey>]>([
    ['models in another order', { modelIds: ['claude-3', 'gpt-4o-mini'] }],
    ['an end that the issuer rounded', { expiresAt: '2026-12-21T08:01:00.000Z' }],
    ['a budget of which it does not tell the period', { budget: { maxUsd: 25 } }],
    ['nothing said about suspension', { isSuspended: undefined }],
  ])('is no difference with %s', (_what, changed) => {
    expect(kindOf(changed)).toBeUndefined();
  });

  it('is compared only in what the issuer enforces', () => {
    const other = { ...found, modelIds: undefined, budget: undefined, rateLimits: undefined, expiresAt: undefined };
    expect(differenceOfFound(other, lease, { ...issuer, enforces: [] })).toBeUndefined();
    expect(differenceOfFound(other, lease, { ...issuer, enforces: ['budget'] })?.expected).toEqual({
      budget: limits.budget,
    });
  });

  it('is told with the generation of the ledger, whatever its labels say', () => {
    const relabelled = { ...found, labels: { leaseId, generation: 1 }, budget: { maxUsd: 1 } };
    expect(differenceOfFound(relabelled, lease, issuer)).toMatchObject({ kind: 'limits-changed', generation: 2 });
  });
});

describe('a key that the issuer must have', () => {
  it('is the one that counts, of a lease at rest', () => {
    expect(keyToBeFound({ ...lease, passing: [{ generation: 1 }] })).toBe(key);
    expect(keyToBeFound({ ...lease, isAtRest: false })).toBeUndefined();
  });

  it('is unreadable when it is there and does not say whose it is', () => {
    expect(unreadableKey(lease, key)).toMatchObject({ kind: 'unreadable', leaseId, generation: 2 });
  });

  it('is missing under its own id, the same in every run', () => {
    const missing = missingKey(lease, key);
    expect(missing).toMatchObject({
      kind: 'missing-key',
      issuerKeyId: 'key-2',
      alias: key.alias,
      leaseId,
      generation: 2,
    });
    expect(missingKey(lease, key).differenceId).toBe(missing.differenceId);
    expect(missingKey({ ...lease, issuer: 'other' }, key).differenceId).not.toBe(missing.differenceId);
  });
});

describe('ledger and list', () => {
  const limitsOf = fc.record(
    {
      modelIds: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }),
      budget: fc.record({ maxUsd: fc.integer({ min: 1, max: 9 }) }),
      isSuspended: fc.boolean(),
    },
    { requiredKeys: ['modelIds', 'isSuspended'] },
  );
  const keyOf = limitsOf.map((set, generation = 1): LedgerKey => {
    return { issuerKeyId: 'k', generation, alias: 'a', limits: set };
  });

  it('that say the same never differ, and any limit that is moved is found', () => {
    fc.assert(
      fc.property(keyOf, limitsOf, (made, other) => {
        const ledger = { ...lease, lastGeneration: 1, key: made };
        const copy = { ...made.limits, issuerKeyId: 'k', labels: { leaseId, generation: 1 } };
        expect(differenceOfFound(copy, ledger, issuer)).toBeUndefined();
        const moved = differenceOfFound({ ...other, issuerKeyId: 'k', labels: copy.labels }, ledger, issuer);
        const text = ({ modelIds = [], ...rest }: KeyLimits) =>
          JSON.stringify([[...modelIds].sort(), rest.budget, rest.isSuspended]);
        expect(moved === undefined).toBe(text(other) === text(made.limits));
      }),
    );
  });

  it('give one answer for every key that can be found, and never throw', () => {
    const anyFound = fc.record({
      issuerKeyId: fc.constantFrom('key-1', 'key-2', 'key-3'),
      labels: fc.option(fc.record({ leaseId: fc.constant(leaseId), generation: fc.integer({ min: 1, max: 4 }) }), {
        nil: undefined,
      }),
    });
    fc.assert(
      fc.property(anyFound, fc.boolean(), (each, isAtRest) => {
        const kind = differenceOfFound({ ...limits, ...each }, { ...lease, isAtRest }, issuer)?.kind;
        const isOurs = each.labels !== undefined && each.issuerKeyId === 'key-2';
        if (isOurs || (each.labels !== undefined && !isAtRest)) expect(kind).toBeUndefined();
        else expect(kind).toBeDefined();
      }),
    );
  });
});
