import { describe, expect, it, jest } from '@jest/globals';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { SecretAccess } from '@keyledger/secrets';
import { TokenUnreadable } from '../../../application/ports/token-opener.port.ts';
import { derivedFernetKey, type FernetKey, rawFernetKey } from './fernet-key.ts';
import { type MaximumAge, openFernetToken } from './fernet-token.ts';
import { writtenToken } from './testing/written-token.ts';

jest.setTimeout(30_000);

type KeyName = 'spec' | 'python' | 'newer';

interface Token {
  readonly name: string;
  readonly key: KeyName;
  readonly token: string;
}

interface Writing {
  readonly seconds: number;
  readonly iv: string;
}

interface Vectors {
  readonly keys: Readonly<Record<KeyName, string>>;
  readonly written: readonly (Token & Writing & { readonly plaintext: string })[];
  readonly long: Writing & { readonly length: number; readonly step: number; readonly tokenSha256: string };
  readonly derived: readonly {
    readonly passphrase: string;
    readonly salt: string;
    readonly iterations: number;
    readonly key: string;
    readonly tokenOfHello: string;
  }[];
  readonly aged: readonly (Token & { readonly now: number; readonly ttl: number; readonly opens: boolean })[];
  readonly refused: readonly Token[];
  readonly rotated: { readonly plaintext: string; readonly old: string; readonly rotated: string };
}

/** The cases of the Fernet specification, and tokens that Python's `cryptography` 48 wrote with fixed time and IV. */
const vectors = JSON.parse(
  readFileSync(new URL('../../../../test/vectors/fernet.json', import.meta.url), 'utf8'),
) as Vectors;

const keyOf = (name: KeyName): FernetKey => rawFernetKey(vectors.keys[name])!;

const opened = (token: string, keys: readonly FernetKey[], maximumAge?: MaximumAge): Buffer =>
  Buffer.from(openFernetToken(token, keys, maximumAge).reveal(SecretAccess.granted));

const named = <C extends { readonly name: string }>(cases: readonly C[]): [string, C][] =>
  cases.map((each) => [each.name, each]);

const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');

describe('a token of another implementation', () => {
  it.each(named(vectors.written))('%s opens, and is what the same parts give', (_name, vector) => {
    const key = keyOf(vector.key);
    expect(opened(vector.token, [key])).toEqual(bytes(vector.plaintext));
    const written = writtenToken(bytes(vector.plaintext), key, { seconds: vector.seconds, iv: bytes(vector.iv) });
    expect(written).toBe(vector.token);
  });

  it('of 4 KiB is what the same parts give', () => {
    const { length, step, seconds, iv, tokenSha256 } = vectors.long;
    const plaintext = Uint8Array.from({ length }, (_, index) => index * step);
    const token = writtenToken(plaintext, keyOf('python'), { seconds, iv: bytes(iv) });
    expect(createHash('sha256').update(token).digest('hex')).toBe(tokenSha256);
    expect(opened(token, [keyOf('python')])).toEqual(Buffer.from(plaintext));
  });

  it.each(named(vectors.refused))('is refused: %s', (_name, { token, key }) => {
    expect(() => openFernetToken(token, [keyOf(key)])).toThrow(new TokenUnreadable());
  });
});

describe('the age of a token', () => {
  it.each(named(vectors.aged))('%s', (_name, { token, key, now, ttl, opens }) => {
    const open = () => openFernetToken(token, [keyOf(key)], { seconds: ttl, now: new Date(now * 1000) });
    if (opens) expect(open).not.toThrow();
    else expect(open).toThrow(new TokenUnreadable());
  });

  it.each(named(vectors.aged))('is not looked at unless it is asked for: %s', (_name, { token, key }) => {
    expect(() => openFernetToken(token, [keyOf(key)])).not.toThrow();
  });
});

describe('a token in the middle of a rotation', () => {
  const { plaintext, old, rotated } = vectors.rotated;

  it.each([
    ['before', old],
    ['after', rotated],
  ])('opens %s it was written anew', (_when, token) => {
    expect(opened(token, [keyOf('newer'), keyOf('python')]).toString()).toBe(plaintext);
  });

  it('does not open with the old key once it was written anew', () => {
    expect(() => openFernetToken(rotated, [keyOf('python')])).toThrow(new TokenUnreadable());
  });
});

describe('a key derived from a passphrase', () => {
  it.each(vectors.derived)('is what Python derives: $iterations iterations, $passphrase', async (vector) => {
    const { passphrase, salt, iterations, key, tokenOfHello } = vector;
    const derived = await derivedFernetKey(Buffer.from(passphrase), { salt: bytes(salt), iterations });
    const raw = rawFernetKey(key)!;
    expect(derived.signing.equals(raw.signing)).toBe(true);
    expect(derived.encryption.equals(raw.encryption)).toBe(true);
    expect(opened(tokenOfHello, [derived]).toString()).toBe('hello');
  });
});
