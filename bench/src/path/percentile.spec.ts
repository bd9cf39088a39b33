import { describe, expect, it } from '@jest/globals';
import { percentile } from './percentile.ts';

describe('the nearest rank', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  it.each([
    [0.5, 50],
    [0.99, 99],
    [1, 100],
    [0, 1],
  ])('of one to a hundred at %d is %d', (share, expected) => {
    expect(percentile(hundred, share)).toBe(expected);
  });

  it('of two hundred values at 0.99 leaves two above', () => {
    const values = Array.from({ length: 200 }, (_, index) => index);
    expect(values.filter((value) => value > percentile(values, 0.99))).toHaveLength(2);
  });

  it('of nothing is no number', () => {
    expect(percentile([], 0.5)).toBeNaN();
  });
});
