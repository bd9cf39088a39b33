import { describe, expect, it } from '@jest/globals';
import { placesOf } from './search.ts';

const secret = 'sk-Zm9v_YmFy-4711+/"x"';

describe('the search for a canary', () => {
  const written: readonly (readonly [string, string])[] = [
    ['raw', `before ${secret} after`],
    ['base64', Buffer.from(secret).toString('base64')],
    ['base64 behind one byte', Buffer.from(`a${secret}zz`).toString('base64')],
    ['base64 behind two bytes', Buffer.from(`ab${secret}zz`).toString('base64')],
    ['base64url within a longer text', Buffer.from(`{"key":"${secret}"}`).toString('base64url')],
    ['hex', Buffer.from(secret).toString('hex')],
    ['upper-case hex', Buffer.from(secret).toString('hex').toUpperCase()],
    ['URL-encoded', `?key=${encodeURIComponent(secret)}&x`],
    ['JSON', JSON.stringify({ key: secret })],
    [
      'JSON with escapes',
      [...secret].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
    ],
  ];

  it.each(written)('finds it %s', (name, text) => {
    expect(placesOf(secret, [{ name, bytes: Buffer.from(text) }])).toEqual([name]);
  });

  it('finds nothing where there is nothing', () => {
    expect(placesOf(secret, [{ name: 'other', bytes: Buffer.from('sk-Zm9v_YmFy-4712 and more') }])).toEqual([]);
  });
});
