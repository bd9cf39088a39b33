import { describe, expect, it } from '@jest/globals';
import { inTurn } from './in-turn.ts';

describe('work in turn', () => {
  it('is done one after the other for one thing, in the order of asking, whatever came of the work before', async () => {
    const turn = inTurn();
    const told: string[] = [];
    const work =
      (name: string, fails = false) =>
      async () => {
        told.push(`${name} begins`);
        await Promise.resolve();
        told.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      };
    const done = await Promise.allSettled([turn('a', work('1')), turn('a', work('2', true)), turn('a', work('3'))]);
    expect(done.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(told).toEqual(['1 begins', '1 ends', '2 begins', '2 ends', '3 begins', '3 ends']);
  });

  it('is done side by side for different things', async () => {
    const turn = inTurn();
    const first = Promise.withResolvers<string>();
    const waiting = turn('a', () => first.promise);
    expect(await turn('b', () => Promise.resolve('done'))).toBe('done');
    first.resolve('done as well');
    expect(await waiting).toBe('done as well');
  });
});
