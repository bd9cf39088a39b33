import { describe, expect, it } from '@jest/globals';
import { budgetResetAt, expiryAfter } from './duration.ts';

const saturday = new Date('2026-11-21T14:30:10.000Z');

describe('the end of a key', () => {
  it.each([
    ['90s', '2026-11-21T14:31:40.000Z'],
    ['5m', '2026-11-21T14:35:10.000Z'],
    ['2h', '2026-11-21T16:30:10.000Z'],
    ['30d', '2026-12-21T14:30:10.000Z'],
    ['1w', '2026-11-28T14:30:10.000Z'],
    ['1mo', '2026-12-21T14:30:10.000Z'],
    ['30days', '2026-12-21T14:30:10.000Z'],
  ])('after %s is exact', (duration, expected) => {
    expect(expiryAfter(duration, saturday).toISOString()).toBe(expected);
  });

  it.each(['5', 'month', ''])('cannot be told from %j', (duration) => {
    expect(() => expiryAfter(duration, saturday)).toThrow('Unsupported duration unit');
  });
});

describe('the reset of a budget', () => {
  it.each([
    ['1d', '2026-11-22T00:00:00.000Z'],
    ['7d', '2026-11-23T00:00:00.000Z'],
    ['30d', '2026-12-01T00:00:00.000Z'],
    ['3d', '2026-11-24T00:00:00.000Z'],
    ['1h', '2026-11-21T15:00:00.000Z'],
    ['10m', '2026-11-21T14:40:00.000Z'],
    ['1mo', '2026-12-01T00:00:00.000Z'],
  ])('of %s falls on a round time', (duration, expected) => {
    expect(budgetResetAt(duration, saturday).toISOString()).toBe(expected);
  });

  it('of a week counted from a Monday is the next Monday', () => {
    expect(budgetResetAt('7d', new Date('2026-11-23T08:00:00Z')).toISOString()).toBe('2026-11-30T00:00:00.000Z');
  });
});
