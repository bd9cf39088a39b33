import { beforeEach, describe, expect, it } from '@jest/globals';
import { type QuotaCounter, quotaCounter } from './quota-counter.ts';

describe('counting against a quota', () => {
  let now: number;
  let counter: QuotaCounter;
  beforeEach(() => {
    now = 1_000_000;
    counter = quotaCounter({ quota: { count: 3, windowMs: 60_000 }, clock: () => new Date(now), maxKeys: 2 });
  });

  const take = (key: string, times: number): void => {
    for (let time = 0; time < times; time += 1) counter.take(key);
  };

  it('lets all uses happen at once, and then one at a time', () => {
    for (const _use of [1, 2, 3]) {
      expect(counter.waitMs('a')).toBe(0);
      counter.take('a');
    }
    expect(counter.waitMs('a')).toBe(20_000);
    now += 19_999;
    expect(counter.waitMs('a')).toBe(1);
    now += 1;
    expect(counter.waitMs('a')).toBe(0);
    counter.take('a');
    expect(counter.waitMs('a')).toBe(20_000);
  });

  it('is full again after a rest, and no fuller', () => {
    take('a', 3);
    now += 600_000;
    take('a', 3);
    expect(counter.waitMs('a')).toBeGreaterThan(0);
  });

  it('counts each key for itself', () => {
    take('a', 3);
    expect(counter.waitMs('b')).toBe(0);
  });

  it('remembers a bounded number of keys, those that were used last', () => {
    take('a', 3);
    take('b', 3);
    take('a', 1);
    take('c', 3);
    expect(counter.waitMs('b')).toBe(0);
    expect(counter.waitMs('a')).toBeGreaterThan(0);
    expect(counter.waitMs('c')).toBeGreaterThan(0);
  });
});
