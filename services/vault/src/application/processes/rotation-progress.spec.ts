import { describe, expect, it } from '@jest/globals';
import { RotationProgress } from './rotation-progress.ts';

describe('the progress of a rotation', () => {
  it('is told in twenty steps at most, and never in smaller ones than a hundred keys', () => {
    const toldOf = (total: number): number => {
      const progress = new RotationProgress(total, 0);
      return Array.from({ length: total / 50 }, () => progress.add(50, 0)).filter(Boolean).length;
    };
    expect([100, 300, 2_000, 100_000].map(toldOf)).toEqual([0, 2, 19, 19]);
  });

  it('goes on where the round before it ended, and leaves out what no key opens', () => {
    const progress = new RotationProgress(300, 40);
    expect(progress.add(120, 3)).toBe(true);
    expect(progress).toMatchObject({ rewrapped: 157, remaining: 180, unreadable: 3 });
  });

  it('is not told of the end, which is told as such', () => {
    const progress = new RotationProgress(200, 0);
    expect([progress.add(100, 0), progress.add(100, 0)]).toEqual([true, false]);
    expect(progress.remaining).toBe(0);
  });
});
