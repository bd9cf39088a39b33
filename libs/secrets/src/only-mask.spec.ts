import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { maskOf } from './mask.ts';
import { isOnlyMask } from './only-mask.ts';
import { SecretBytes } from './secret-bytes.ts';

const isMask = (text: string): boolean => isOnlyMask(SecretBytes.fromText(text));

describe('what is shown in place of a key', () => {
  it.each([
    '**********',
    '****',
    '***',
    '••••••••',
    '...',
    'sk-a...wxyz',
    'sk-a…wxyz',
    'sk-a...****',
    'sk-a...********',
    'sk-...wxyz',
    'sk-a****wxyz',
    'sk-proj-****',
    ' ********** ',
    '**********\n',
  ])('is recognised: %j', (text) => {
    expect(isMask(text)).toBe(true);
  });

  it('is recognised when it is the mask of our own', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{16,80}$/), (key) => {
        expect(isMask(maskOf(SecretBytes.fromText(key)))).toBe(true);
      }),
    );
  });
});

describe('a key', () => {
  it.each([
    '',
    'sk-0123456789abcdef',
    'AQ.Ab8RN6J0000000000',
    'AIzaSy0000000000000000000000000000000-',
    'hunter2',
    'pass...word with spaces',
    'a*b',
    'sk-0123456789***abcdefghij',
    '0123456789abcdef...',
  ])('is no mask: %j', (text) => {
    expect(isMask(text)).toBe(false);
  });

  it('is no mask when it is of letters, digits and dashes, of whatever length', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_+/=-]+$/), (key) => {
        expect(isMask(key)).toBe(false);
      }),
    );
  });

  it('is no mask when it is no text', () => {
    expect(isOnlyMask(SecretBytes.copyOf(new Uint8Array(32).fill(0xff)))).toBe(false);
  });
});
