import { createSecretKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { hmacLinkTokens } from './hmac.link-tokens.ts';

type Keys = readonly [string, ...string[]];

interface Vectors {
  readonly issued: readonly {
    readonly comment: string;
    readonly keys: Keys;
    readonly deliveryId: string;
    readonly linkNumber: number;
    readonly token: string;
    readonly isSigning: boolean;
  }[];
  readonly refused: readonly { readonly why: string; readonly keys: Keys; readonly token: string }[];
}

const { issued, refused } = JSON.parse(
  readFileSync(new URL('../../../test/vectors/link-tokens.json', import.meta.url), 'utf8'),
) as Vectors;

const tokensOf = (keys: Keys) =>
  hmacLinkTokens(keys.map((key) => createSecretKey(key, 'utf8')) as unknown as [KeyObject, ...KeyObject[]]);

describe('a token of a link', () => {
  it.each(issued)('is read with the $comment: link $linkNumber', ({ keys, token, deliveryId, linkNumber }) => {
    expect(tokensOf(keys).read(token)).toEqual({ deliveryId, linkNumber });
  });

  it.each(issued.filter(({ isSigning }) => isSigning))(
    'is issued with the $comment: link $linkNumber',
    ({ keys, token, deliveryId, linkNumber }) => {
      expect(tokensOf(keys).issue({ deliveryId, linkNumber })).toBe(token);
    },
  );

  it.each(refused)('is nothing when it is $why', ({ keys, token }) => {
    expect(tokensOf(keys).read(token)).toBeUndefined();
  });

  it('fits into an address', () => {
    for (const { token } of issued) expect(token).toMatch(/^[\w-]{70}$/);
  });
});
