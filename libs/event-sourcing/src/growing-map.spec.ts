import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { GrowingMap } from './growing-map.ts';

const entries = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.nat()), { maxLength: 30 });
const grown = (from: GrowingMap<number, number>, added: readonly [number, number][]): GrowingMap<number, number> =>
  added.reduce((map, [key, value]) => map.with(key, value), from);

describe('a growing map', () => {
  it('holds what a map holds to which the same was added', () => {
    fc.assert(
      fc.property(entries, (added) => {
        const map = grown(GrowingMap.empty(), added);
        const expected = new Map(added);
        expect([...map]).toEqual([...expected]);
        expect(map.size).toBe(expected.size);
        for (let key = 0; key < 10; key += 1) {
          expect(map.get(key)).toBe(expected.get(key));
          expect(map.has(key)).toBe(expected.has(key));
        }
      }),
    );
  });

  it('stays what it was, in whichever directions others grow from it', () => {
    fc.assert(
      fc.property(entries, entries, entries, (first, left, right) => {
        const map = grown(GrowingMap.empty(), first);
        const [one, other] = [grown(map, left), grown(map, right)];
        expect([...map]).toEqual([...new Map(first)]);
        expect([...one]).toEqual([...new Map([...first, ...left])]);
        expect([...other]).toEqual([...new Map([...first, ...right])]);
        for (let key = 0; key < 10; key += 1) expect(map.get(key)).toBe(new Map(first).get(key));
      }),
    );
  });

  it('grows as far as a stream does', () => {
    let map = GrowingMap.empty<number, number>();
    for (let key = 0; key < 200_000; key += 1) map = map.with(key, key);
    expect([map.size, map.get(0), map.get(199_999)]).toEqual([200_000, 0, 199_999]);
  });
});
