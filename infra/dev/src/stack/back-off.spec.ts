import { describe, expect, it } from '@jest/globals';
import { BackOff } from './back-off.ts';

describe('the wait before another start', () => {
  it('doubles up to ten seconds', () => {
    const backOff = new BackOff();
    const waits = Array.from({ length: 8 }, () => backOff.afterRunOf(0));
    expect(waits).toEqual([200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]);
  });

  it('is short again after a steady run', () => {
    const backOff = new BackOff();
    backOff.afterRunOf(0);
    backOff.afterRunOf(0);
    expect(backOff.afterRunOf(20_000)).toBe(200);
  });
});
