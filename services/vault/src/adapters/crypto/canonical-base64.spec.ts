import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalBase64 } from './canonical-base64.ts';

/** What it must agree with: decode, encode, compare. */
const reference = (text: string): Buffer | undefined => {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
};

describe('base64 in its only spelling', () => {
  it('is read back, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        expect(canonicalBase64(Buffer.from(bytes).toString('base64'))).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it('is told from every other spelling of the same bytes', () => {
    const character = fc.constantFrom(...'ABQagwz019+/-_= \n.é');
    const spelling = fc
      .tuple(fc.uint8Array({ maxLength: 9 }), fc.nat({ max: 14 }), character, fc.boolean())
      .map(([bytes, at, other, isAdded]) => {
        const text = Buffer.from(bytes).toString('base64');
        return `${text.slice(0, at)}${other}${text.slice(isAdded ? at : at + 1)}`;
      });
    fc.assert(
      fc.property(fc.oneof(spelling, fc.string(), fc.base64String()), (text) => {
        expect(canonicalBase64(text)).toEqual(reference(text));
      }),
      { numRuns: 5_000 },
    );
  });
});
