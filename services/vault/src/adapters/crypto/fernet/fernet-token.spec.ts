import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { SecretAccess } from '@keyledger/secrets';
import { TokenUnreadable } from '../../../application/ports/token-opener.port.ts';
import { type FernetKey, rawFernetKey } from './fernet-key.ts';
import { openFernetToken } from './fernet-token.ts';
import { decodeBase64url, encodeBase64url } from './padded-base64url.ts';
import { writtenToken } from './testing/written-token.ts';

const newKey = (): FernetKey => rawFernetKey(encodeBase64url(randomBytes(32)))!;

const opened = (token: string, ...keys: readonly FernetKey[]): Buffer =>
  Buffer.from(openFernetToken(token, keys).reveal(SecretAccess.granted));

/** Always the same error: it must not tell what was wrong. */
const isRefused = (token: string, ...keys: readonly FernetKey[]): boolean => {
  try {
    openFernetToken(token, keys).dispose();
    return false;
  } catch (error) {
    return error instanceof TokenUnreadable && error.message === new TokenUnreadable().message;
  }
};

const expectRefused = (token: string, ...keys: readonly FernetKey[]): void =>
  expect(isRefused(token, ...keys)).toBe(true);

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

describe('a Fernet token', () => {
  const key = newKey();

  it('opens to what was written, of any length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (plaintext) => {
        expect(opened(writtenToken(plaintext, key), key)).toEqual(Buffer.from(plaintext));
      }),
    );
  });

  it('does not open with one byte of it changed', () => {
    const token = decodeBase64url(writtenToken(Buffer.from('a key'), key))!;
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.integer({ min: 1, max: 255 }), (index, difference) => {
        const changed = Buffer.from(token);
        changed[index]! ^= difference;
        expectRefused(encodeBase64url(changed), key);
      }),
    );
  });

  it('does not open with one character of it changed, also where that means the same bytes', () => {
    const accepted: string[] = [];
    for (const length of [0, 5, 16]) {
      const token = writtenToken(randomBytes(length), key);
      for (let index = 0; index < token.length; index += 1)
        for (const character of [...BASE64URL, '=', '+', '/', '\n', ' ', '*']) {
          const changed = token.slice(0, index) + character + token.slice(index + 1);
          if (changed !== token && !isRefused(changed, key)) accepted.push(changed);
        }
    }
    expect(accepted).toEqual([]);
  });

  it('does not open cut off or with something added, at either end', () => {
    const token = writtenToken(Buffer.from('a key'), key);
    for (let length = 0; length < token.length; length += 1) {
      expectRefused(token.slice(0, length), key);
      expectRefused(token.slice(token.length - length), key);
    }
    for (const added of ['=', '\n', 'A', 'AAAA', '====', ' ']) {
      expectRefused(token + added, key);
      expectRefused(added + token, key);
    }
  });

  it('does not open without its padding', () => {
    const token = writtenToken(Buffer.from('a key'), key);
    expect(token).toMatch(/=$/);
    expectRefused(token.replaceAll('=', ''), key);
  });

  it('opens with whichever of several keys wrote it, and with no other', () => {
    const others = [newKey(), newKey()];
    const token = writtenToken(Buffer.from('a key'), key);
    expect(opened(token, ...others, key).toString()).toBe('a key');
    expectRefused(token, ...others);
    expectRefused(token);
  });

  it.each([
    ['the other signing key', { signing: newKey().signing, encryption: key.encryption }],
    ['keys exchanged', { signing: key.encryption, encryption: key.signing }],
  ])('does not open with %s', (_name, mixed) => {
    expectRefused(writtenToken(Buffer.from('a key'), key), mixed);
  });

  it('does not open for any text that was not written as a token', () => {
    fc.assert(fc.property(fc.string({ maxLength: 200 }), (text) => expectRefused(text, key)));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) =>
        expectRefused(encodeBase64url(Buffer.concat([Buffer.of(0x80), bytes])), key),
      ),
    );
  });
});
