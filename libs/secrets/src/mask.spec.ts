import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { maskOf } from './mask.ts';
import { SecretBytes } from './secret-bytes.ts';

const mask = (text: string): string => maskOf(SecretBytes.fromText(text));

describe('the mask of a key', () => {
  it.each([
    ['sk-0123456789abcdef', 'sk-0...cdef'],
    ['0123456789abcdef', '0123...cdef'],
  ])('of sixteen characters or more shows the ends: %s', (key, expected) => {
    expect(mask(key)).toBe(expected);
  });

  it.each(['', 'a', '12345678', '123456789', '0123456789abcde'])(
    'of fewer than sixteen characters shows nothing: %j',
    (key) => {
      expect(mask(key)).toBe('****');
    },
  );

  it('shows nothing of bytes that are no text', () => {
    expect(maskOf(SecretBytes.copyOf(new Uint8Array(32).fill(0xff)))).toBe('****');
  });

  it('counts characters, not bytes or UTF-16 units', () => {
    expect(mask('🔑'.repeat(15))).toBe('****');
    expect(mask('🔑'.repeat(16))).toBe(`${'🔑'.repeat(4)}...${'🔑'.repeat(4)}`);
  });

  it('never shows more than eight characters, nor more than half', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', maxLength: 80 }), (key) => {
        const shown = mask(key);
        if (key.length < 16) expect(shown).toBe('****');
        else expect(shown).toBe(`${key.slice(0, 4)}...${key.slice(-4)}`);
        expect(shown.length).toBeLessThanOrEqual(11);
      }),
    );
  });

  it('says so when the secret is gone', () => {
    const held = SecretBytes.fromText('sk-0123456789abcdef');
    held.dispose();
    expect(() => maskOf(held)).toThrow('The secret has been disposed of');
  });
});
