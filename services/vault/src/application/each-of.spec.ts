import { describe, expect, it } from '@jest/globals';
import { eachOf } from './each-of.ts';

const items = Array.from({ length: 20 }, (_, index) => index);
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('work on many items', () => {
  it('is done once for each, by so many at a time', async () => {
    const done: number[] = [];
    let busy = 0;
    let most = 0;
    await eachOf(items, 3, async (item) => {
      busy += 1;
      most = Math.max(most, busy);
      await turn();
      busy -= 1;
      done.push(item);
    });
    expect([done.sort((a, b) => a - b), most]).toEqual([items, 3]);
  });

  it('takes no more items when one has failed', async () => {
    let begun = 0;
    const failing = eachOf(items, 2, async (item) => {
      begun += 1;
      await turn();
      if (item === 0) throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await turn();
    expect(begun).toBeLessThanOrEqual(4);
  });
});
