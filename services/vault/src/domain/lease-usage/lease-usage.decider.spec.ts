import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { specify } from '@keyledger/event-sourcing/testing';
import { leaseUsage } from './lease-usage.decider.ts';
import {
  expiryReminderDue,
  leaseUnused,
  leaseUsageEvents,
  rules,
  softBudgetReached,
  thresholdReached,
  usageObserved,
  watchedLease,
} from './lease-usage.examples.ts';
import type { KeyUsageSeen, LeaseUsageEvent, WatchedLease, WatchLease } from './lease-usage.messages.ts';

const given = specify(leaseUsage.decider);

const seen: KeyUsageSeen = { issuerKeyId: 'key-1', spentUsd: 13, budgetResetAt: '2026-12-01T00:00:00.000Z' };

const watch = (
  now: string,
  usage: readonly KeyUsageSeen[] = [seen],
  lease: Partial<WatchedLease> = {},
): WatchLease => ({
  type: 'WatchLease',
  data: { lease: { ...watchedLease, ...lease }, seen: usage, rules, now },
});

const at = '2026-11-22T08:00:00.000Z';
const soon = '2026-11-22T08:15:00.000Z';
const told = [usageObserved, thresholdReached, softBudgetReached] as const;

describe('what the issuer tells', () => {
  it('is recorded the first time, with the thresholds that it has come to', () =>
    given()
      .when(watch(at))
      .then(...told));

  it('is recorded no more while it stays as it is', () =>
    given(...told)
      .when(watch(soon))
      .thenIgnored());

  it('is recorded when more was spent, and that is a use where none is told', () =>
    given(...told)
      .when(watch(soon, [{ ...seen, spentUsd: 13.5 }]))
      .then({
        ...usageObserved,
        data: {
          ...usageObserved.data,
          spentUsd: 13.5,
          keys: [{ issuerKeyId: 'key-1', spentUsd: 13.5 }],
          lastUsedAt: soon,
          observedAt: soon,
        },
      }));

  it('is taken at its word about the last use', () =>
    given()
      .when(watch(at, [{ issuerKeyId: 'key-1', spentUsd: 1, lastUsedAt: '2026-11-21T20:00:00.000Z' }]))
      .then({
        ...usageObserved,
        data: {
          ...watchedSubject(),
          period: 1,
          spentUsd: 1,
          keys: [{ issuerKeyId: 'key-1', spentUsd: 1 }],
          lastUsedAt: '2026-11-21T20:00:00.000Z',
          observedAt: at,
        },
      }));

  it('adds up over the keys of a lease; one that was replaced counts on', () => {
    const successor = { ...seen, issuerKeyId: 'key-2', spentUsd: 0.2 };
    given(...told)
      .when(watch(soon, [successor]))
      .then({
        ...usageObserved,
        data: {
          ...usageObserved.data,
          spentUsd: 13.2,
          keys: [
            { issuerKeyId: 'key-1', spentUsd: 13 },
            { issuerKeyId: 'key-2', spentUsd: 0.2 },
          ],
          lastUsedAt: soon,
          observedAt: soon,
        },
      });
  });

  it('is nothing where the issuer tells nothing', () => given().when(watch(at, [])).thenIgnored());
});

describe('a new budget period', () => {
  const after = '2026-12-01T00:15:00.000Z';
  const next: KeyUsageSeen = { issuerKeyId: 'key-1', spentUsd: 0, budgetResetAt: '2027-01-01T00:00:00.000Z' };
  const begun = {
    ...usageObserved,
    data: {
      ...usageObserved.data,
      period: 2,
      spentUsd: 0,
      keys: [{ issuerKeyId: 'key-1', spentUsd: 0 }],
      budgetResetAt: next.budgetResetAt as string,
      observedAt: after,
    },
  };

  it('begins when the issuer counts anew, and forgets keys that are gone', () => {
    const two = {
      ...usageObserved,
      data: { ...usageObserved.data, keys: [...usageObserved.data.keys, { issuerKeyId: 'key-0', spentUsd: 5 }] },
    };
    given(two, leaseUnused)
      .when(watch(after, [next]))
      .then(begun);
  });

  it('begins at its time also when nothing was spent before', () => {
    const unspent = { ...usageObserved, data: { ...usageObserved.data, spentUsd: 0, keys: [], lastUsedAt: undefined } };
    given(unspent, leaseUnused)
      .when(watch(after, [next]))
      .then({ ...begun, data: withoutLastUse(begun.data) });
  });

  it('begins no sooner than the issuer counts anew, although its end has come by the clock of the vault', () =>
    given(...told, leaseUnused)
      .when(watch(after, [{ ...next, spentUsd: 13 }]))
      .thenIgnored());

  it('tells thresholds anew', () => {
    const again = { ...next, spentUsd: 20 };
    given(...told, leaseUnused, begun)
      .when(watch('2026-12-02T00:00:00.000Z', [again]))
      .then(
        {
          ...begun,
          data: {
            ...begun.data,
            spentUsd: 20,
            keys: [{ issuerKeyId: 'key-1', spentUsd: 20 }],
            lastUsedAt: '2026-12-02T00:00:00.000Z',
            observedAt: '2026-12-02T00:00:00.000Z',
          },
        },
        reached({ percent: 80, spentUsd: 20, period: 2, at: '2026-12-02T00:00:00.000Z' }),
        reached({
          percent: 100,
          spentUsd: 20,
          period: 2,
          at: '2026-12-02T00:00:00.000Z',
          budgetKind: 'soft',
          budgetUsd: 10,
        }),
      );
  });

  const reached = ({ at: reachedAt, ...also }: { at: string } & Partial<typeof thresholdReached.data>) => ({
    ...thresholdReached,
    data: { ...thresholdReached.data, budgetResetAt: next.budgetResetAt as string, ...also, reachedAt },
  });
});

describe('where the issuer counts for ever', () => {
  const budget = { maxUsd: 25, period: '30d' };
  const counted = (now: string, spentUsd: number): WatchLease => {
    const command = watch(now, [{ issuerKeyId: 'key-1', spentUsd }], { budget, softBudgetUsd: undefined });
    return { ...command, data: { ...command.data, countsForEver: true } };
  };
  const { decide, evolve, initialState } = leaseUsage.decider;
  const after = (...commands: readonly WatchLease[]) => {
    let state = initialState;
    return commands.map((command) => {
      const decision = decide(command, state);
      const events = decision.outcome === 'accepted' ? decision.events : [];
      state = events.reduce(evolve, state);
      const percents = events.flatMap((event) => (event.type === 'LeaseThresholdReached' ? [event.data.percent] : []));
      return { period: state.period, spentUsd: state.spentUsd, budgetResetAt: state.budgetResetAt, percents };
    });
  };

  it('the periods of the budget begin with the key, and what was spent before them does not count', () => {
    const [first, second] = ['2026-12-21T08:00:00.000Z', '2027-01-20T08:00:00.000Z'];
    expect(
      after(counted('2026-12-01T00:00:00.000Z', 20), counted(first, 20), counted('2027-01-02T00:00:00.000Z', 33)),
    ).toEqual([
      { period: 1, spentUsd: 20, budgetResetAt: first, percents: [80] },
      { period: 2, spentUsd: 0, budgetResetAt: second, percents: [] },
      { period: 2, spentUsd: 13, budgetResetAt: second, percents: [50] },
    ]);
  });

  it('a correction is no new period, and tells no threshold again', () => {
    const told = after(counted(at, 20), counted(soon, 12), counted('2026-11-23T08:00:00.000Z', 20));
    expect(told.map(({ period, spentUsd, percents }) => ({ period, spentUsd, percents }))).toEqual([
      { period: 1, spentUsd: 20, percents: [80] },
      { period: 1, spentUsd: 12, percents: [] },
      { period: 1, spentUsd: 20, percents: [] },
    ]);
  });
});

describe('a threshold', () => {
  it('is told as the highest of those that are reached at once', () =>
    expect(percents([usageObserved], { spentUsd: 25 })).toEqual([100, 100]));

  it('is told once, and the next one when it is reached', () => {
    expect(percents(told, { spentUsd: 19.99 })).toEqual([]);
    expect(percents(told, { spentUsd: 20 })).toEqual([80]);
  });

  it('is told again for another budget', () => {
    expect(percents(told, {}, { budget: { maxUsd: 100 } })).toEqual([]);
    expect(percents(told, { spentUsd: 50 }, { budget: { maxUsd: 100 } })).toEqual([50]);
  });

  it('is none without a budget', () =>
    expect(percents([], { spentUsd: 500 }, { budget: undefined, softBudgetUsd: undefined })).toEqual([]));

  const percents = (
    history: readonly LeaseUsageEvent[],
    usage: Partial<KeyUsageSeen>,
    lease: Partial<WatchedLease> = {},
  ): readonly number[] => {
    const { decide, evolve, initialState } = leaseUsage.decider;
    const decision = decide(watch(soon, [{ ...seen, ...usage }], lease), history.reduce(evolve, initialState));
    if (decision.outcome !== 'accepted') return [];
    return decision.events.flatMap((event) => (event.type === 'LeaseThresholdReached' ? [event.data.percent] : []));
  };
});

describe('a key that is not used', () => {
  const later = '2026-11-29T08:00:00.000Z';

  it('is told once', () => {
    given(...told)
      .when(watch(later))
      .then(leaseUnused);
    given(...told, leaseUnused)
      .when(watch('2026-11-30T08:00:00.000Z'))
      .thenIgnored();
  });

  it('is told again after it was used', () => {
    const used = { ...seen, spentUsd: 14, lastUsedAt: '2026-11-30T08:00:00.000Z' };
    const again = {
      ...usageObserved,
      data: {
        ...usageObserved.data,
        spentUsd: 14,
        keys: [{ issuerKeyId: 'key-1', spentUsd: 14 }],
        lastUsedAt: used.lastUsedAt,
      },
    };
    given(...told, leaseUnused, again)
      .when(watch('2026-12-07T07:59:59.000Z', [used]))
      .thenIgnored();
    given(...told, leaseUnused, again, { ...expiryReminderDue, data: { ...expiryReminderDue.data, beforeMs: 1 } })
      .when(watch('2026-12-07T08:00:00.000Z', [used]))
      .then({
        ...leaseUnused,
        data: { ...leaseUnused.data, lastUsedAt: used.lastUsedAt, noticedAt: '2026-12-07T08:00:00.000Z' },
      });
  });

  it('counts from its issue when it never was used', () => {
    const never = { issuerKeyId: 'key-1', spentUsd: 0 };
    const { lastUsedAt: _last, ...data } = leaseUnused.data;
    const looked = {
      ...usageObserved,
      data: {
        ...watchedSubject(),
        period: 1,
        spentUsd: 0,
        keys: [{ issuerKeyId: 'key-1', spentUsd: 0 }],
        observedAt: at,
      },
    };
    given(looked)
      .when(watch('2026-11-28T08:00:00.000Z', [never]))
      .then({ ...leaseUnused, data: { ...data, noticedAt: '2026-11-28T08:00:00.000Z' } });
  });

  it('is not told while it is suspended, or where the issuer tells nothing', () => {
    given(...told)
      .when(watch(later, [seen], { isSuspended: true }))
      .thenIgnored();
    given(...told)
      .when(watch(later, []))
      .thenIgnored();
  });
});

describe('a reminder of expiry', () => {
  const day = '2026-12-18T08:00:00.000Z';

  it('is due once for each of its times, also where the issuer tells nothing', () => {
    given().when(watch(day, [])).then(expiryReminderDue);
    given(expiryReminderDue).when(watch('2026-12-19T08:00:00.000Z', [])).thenIgnored();
    given(expiryReminderDue)
      .when(watch('2026-12-20T08:00:00.000Z', []))
      .then({
        ...expiryReminderDue,
        data: { ...expiryReminderDue.data, daysLeft: 1, beforeMs: 86_400_000, remindedAt: '2026-12-20T08:00:00.000Z' },
      });
  });

  it('begins anew with a renewal', () => {
    const renewed = { expiresAt: '2027-01-20T08:00:00.000Z', validSince: day };
    given(expiryReminderDue)
      .when(watch('2026-12-20T08:00:00.000Z', [], renewed))
      .thenIgnored();
    given(expiryReminderDue)
      .when(watch('2027-01-17T08:00:00.000Z', [], renewed))
      .then({
        ...expiryReminderDue,
        data: {
          ...expiryReminderDue.data,
          expiresAt: renewed.expiresAt,
          remindedAt: '2027-01-17T08:00:00.000Z',
        },
      });
  });
});

it('the state is found for every sequence of events, and repeating a look changes nothing', () => {
  const usage = fc.record({
    issuerKeyId: fc.constantFrom('key-1', 'key-2'),
    spentUsd: fc.integer({ min: 0, max: 50 }),
  });
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...leaseUsageEvents), { maxLength: 10 }),
      fc.array(usage, { maxLength: 3 }),
      (events, usages) => {
        const { decide, evolve, initialState } = leaseUsage.decider;
        const look = watch('2026-12-19T08:00:00.000Z', usages);
        const state = events.reduce(evolve, initialState);
        const first = decide(look, state);
        if (first.outcome !== 'accepted') return;
        const observedOnce = first.events.reduce(evolve, state);
        const unique = new Set(usages.map(({ issuerKeyId }) => issuerKeyId)).size === usages.length;
        if (unique) expect(decide(look, observedOnce).outcome).toBe('ignored');
      },
    ),
  );
});

function watchedSubject() {
  const { leaseId, requestId, owner, modelIds, mask } = usageObserved.data;
  return { leaseId, owner, modelIds, ...(requestId && { requestId }), ...(mask && { mask }) };
}

function withoutLastUse({ lastUsedAt: _last, ...data }: typeof usageObserved.data) {
  return data;
}
