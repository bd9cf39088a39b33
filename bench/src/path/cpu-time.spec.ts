import { describe, expect, it } from '@jest/globals';
import { parseStat } from './cpu-time.ts';

describe('the line of a process', () => {
  it('is read behind the name, which may contain brackets and spaces', () => {
    const stat = '4711 (postgres: a) b) S 42 4711 4711 0 -1 4194560 9 8 7 6 120 30 500 25 20 0 1 0 99 1 2 3';
    expect(parseStat(stat)).toEqual({ parent: 42, ownMs: 1_500, endedChildrenMs: 5_250 });
  });
});
