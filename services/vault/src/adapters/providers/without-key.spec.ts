import { describe, expect, it } from '@jest/globals';
import { withoutKey } from './without-key.ts';

const key = 'correct-horse+battery/staple';

describe('what a provider wrote, without the key', () => {
  it.each([
    ['as it is', key],
    ['for an address', encodeURIComponent(key)],
    ['in base64', Buffer.from(key).toString('base64')],
    ['in base64 for addresses', Buffer.from(key).toString('base64url')],
    ['in hexadecimal', Buffer.from(key).toString('hex')],
    ['cut off at its end', key.slice(0, 15)],
    ['cut off at its beginning', key.slice(-15)],
    ['with its middle hidden', `${key.slice(0, 8)}***${key.slice(-8)}`],
  ])('does not have it %s', (_form, repeated) => {
    const left = withoutKey(`Key ${repeated}, said twice: ${repeated}.`, key);
    expect(left).toMatch(/^Key \[redacted\].*, said twice: \[redacted\].*\.$/);
    for (let start = 0; start + 8 <= repeated.length; start += 1)
      expect(left).not.toContain(repeated.replace('***', '').slice(start, start + 8));
  });

  it('knows quotes and backslashes as JSON writes them', () => {
    const odd = 'a"quoted\\key';
    expect(withoutKey(JSON.stringify({ message: odd }), odd)).toBe('{"message":"[redacted]"}');
  });

  it('is the same where there is no key', () => {
    expect(withoutKey('Key missing', undefined)).toBe('Key missing');
  });

  it('is soon there, however long both are', () => {
    const text = 'a'.repeat(4 << 20);
    expect(withoutKey(text, 'b'.repeat(16_384))).toBe(text);
  });
});
