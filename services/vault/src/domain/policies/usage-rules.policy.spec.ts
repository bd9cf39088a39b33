import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { daysUnused, highestThreshold, reminderDue } from './usage-rules.policy.ts';

const DAY = 86_400_000;

it.each([
  [0, undefined],
  [12.49, undefined],
  [12.5, 50],
  [19.99, 50],
  [20, 80],
  [25, 100],
  [40, 100],
])('of a budget of 25 dollars, %d dollars have reached %p percent', (spent, expected) => {
  expect(highestThreshold(spent, 25, [80, 50, 100])).toBe(expected);
});

it('no threshold is reached where none is set', () => {
  expect(highestThreshold(100, 25, [])).toBeUndefined();
});

it('the highest threshold never falls while more is spent', () => {
  const amount = fc.double({ min: 0, max: 100, noNaN: true });
  fc.assert(
    fc.property(amount, amount, (a, b) => {
      const [less, more] = [Math.min(a, b), Math.max(a, b)].map((spent) => highestThreshold(spent, 50, [50, 80, 100]));
      expect(less ?? 0).toBeLessThanOrEqual(more ?? 0);
    }),
  );
});

describe('a key', () => {
  const rules = { thresholds: [], remindBeforeMs: [], unusedAfterMs: 30 * DAY };

  it.each([
    ['2026-11-01T00:00:00.000Z', '2026-11-30T23:59:59.999Z', undefined],
    ['2026-11-01T00:00:00.000Z', '2026-12-01T00:00:00.000Z', 30],
    ['2026-11-01T00:00:00.000Z', '2027-01-01T12:00:00.000Z', 61],
  ])('last used at %s is unused at %s for %p days', (since, now, expected) => {
    expect(daysUnused(since, now, rules)).toBe(expected);
  });

  it('is never unused where no rule says so', () => {
    expect(
      daysUnused('2020-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', { ...rules, unusedAfterMs: undefined }),
    ).toBe(undefined);
  });
});

describe('of reminders 14, 3 and 1 days before expiry', () => {
  const rules = { thresholds: [], remindBeforeMs: [3 * DAY, 14 * DAY, DAY] };
  const month = { validSince: '2026-11-21T08:00:00.000Z', expiresAt: '2026-12-21T08:00:00.000Z' };

  it.each<[string, string, number | undefined, number | undefined]>([
    ['none is due at first', '2026-12-07T07:59:59.999Z', undefined, undefined],
    ['the first is due on its day', '2026-12-07T08:00:00.000Z', 14, 14],
    ['the first is due still ten days before', '2026-12-11T09:00:00.000Z', 14, 10],
    ['the second takes its place', '2026-12-18T08:00:00.000Z', 3, 3],
    ['the last one is due in the last hours', '2026-12-21T07:59:59.999Z', 1, 1],
    ['none is due at the end', '2026-12-21T08:00:00.000Z', undefined, undefined],
    ['none is due afterwards', '2027-12-21T08:00:00.000Z', undefined, undefined],
  ])('%s', (_what, now, mark, daysLeft) => {
    expect(reminderDue(month, now, rules)).toEqual(mark === undefined ? undefined : { beforeMs: mark * DAY, daysLeft });
  });

  it('a key for a week gets only those that lie within it', () => {
    const week = { validSince: '2026-12-14T08:00:00.000Z', expiresAt: month.expiresAt };
    expect(reminderDue(week, '2026-12-14T09:00:00.000Z', rules)).toBeUndefined();
    expect(reminderDue(week, '2026-12-19T08:00:00.000Z', rules)).toEqual({ beforeMs: 3 * DAY, daysLeft: 2 });
  });

  it('a key that does not expire gets none', () => {
    expect(reminderDue({ validSince: month.validSince }, '2026-12-19T08:00:00.000Z', rules)).toBeUndefined();
  });
});
