import { describe, expect, it } from '@jest/globals';
import { isAppError } from '@keyledger/errors';
import { positionOf } from '@keyledger/event-sourcing';
import fc from 'fast-check';
import { toPlace, toPosition } from './position.ts';

const number = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n });
const place = fc
  .record({ tx: number, position: number })
  .map(({ tx, position }) => ({ tx: tx.toString(), position: position.toString() }));

const isBefore = (a: { tx: string; position: string }, b: { tx: string; position: string }): boolean =>
  BigInt(a.tx) < BigInt(b.tx) || (a.tx === b.tx && BigInt(a.position) < BigInt(b.position));

describe('a position', () => {
  it('gives back the place that it was made of', () => {
    fc.assert(fc.property(place, (one) => expect(toPlace(toPosition(one))).toEqual(one)));
  });

  it('compares as text as its place compares in the log', () => {
    fc.assert(
      fc.property(place, place, (a, b) => expect(toPosition(a) < toPosition(b)).toBe(isBefore(a, b))),
      {
        examples: [
          [
            { tx: '9999', position: '2' },
            { tx: '10000', position: '1' },
          ],
        ],
      },
    );
  });

  it.each(['', '00000000000000000007', '1:2', `${'0'.repeat(20)}:${'0'.repeat(19)}`, `${'0'.repeat(41)}`])(
    'is refused when it comes from elsewhere: %j',
    (text) => {
      let thrown: unknown;
      try {
        toPlace(positionOf(text));
      } catch (error) {
        thrown = error;
      }
      expect(isAppError(thrown, 'malformed')).toBe(true);
    },
  );
});
