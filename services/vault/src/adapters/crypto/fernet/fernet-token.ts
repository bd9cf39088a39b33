import { createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import { SecretBytes } from '@keyledger/secrets';
import { TokenUnreadable } from '../../../application/ports/token-opener.port.ts';
import type { FernetKey } from './fernet-key.ts';
import { decodeBase64url } from './padded-base64url.ts';

// https://github.com/fernet/spec: version, time, IV, ciphertext, HMAC-SHA256 of all before it.
const VERSION = 0x80;
const TIME_AT = 1;
const IV_AT = 9;
const CIPHERTEXT_AT = 25;
const BLOCK = 16;
const MAC_LENGTH = 32;

/** How far the clock of the writer may be ahead, when the age is asked for. */
const CLOCK_SKEW_SECONDS = 60n;

/** How old a token may be, and what time it is. */
export interface MaximumAge {
  readonly seconds: number;
  readonly now: Date;
}

const isOfAge = (token: Buffer, { seconds, now }: MaximumAge): boolean => {
  const written = token.readBigUInt64BE(TIME_AT);
  const current = BigInt(Math.floor(now.getTime() / 1000));
  return written + BigInt(seconds) >= current && written <= current + CLOCK_SKEW_SECONDS;
};

/** The token without its MAC, in the shape that a token must have, or nothing. */
const signedPart = (token: Buffer | undefined): Buffer | undefined => {
  if (token?.[0] !== VERSION) return undefined;
  const ciphertextLength = token.length - CIPHERTEXT_AT - MAC_LENGTH;
  if (ciphertextLength < BLOCK || ciphertextLength % BLOCK !== 0) return undefined;
  return token.subarray(0, -MAC_LENGTH);
};

/** Compares in constant time: the time must not tell how many bytes of a forged MAC were right. */
const isSigned = (token: Buffer, signed: Buffer, { signing }: FernetKey): boolean =>
  timingSafeEqual(createHmac('sha256', signing).update(signed).digest(), token.subarray(-MAC_LENGTH));

const decrypt = (signed: Buffer, { encryption }: FernetKey): SecretBytes => {
  const decipher = createDecipheriv('aes-128-cbc', encryption, signed.subarray(IV_AT, CIPHERTEXT_AT));
  const start = decipher.update(signed.subarray(CIPHERTEXT_AT));
  try {
    const end = decipher.final();
    const plaintext = Buffer.concat([start, end]);
    const secret = SecretBytes.copyOf(plaintext);
    plaintext.fill(0);
    end.fill(0);
    return secret;
  } catch {
    // Wrong padding under a right MAC: whoever held the key wrote it so.
    throw new TokenUnreadable();
  } finally {
    start.fill(0);
  }
};

/**
 * Opens a Fernet token with the first of the keys that signed it. Without a maximum age the time in the token is not
 * looked at, as in Python. Throws `TokenUnreadable` for whatever is wrong; nothing is decrypted before the MAC is right.
 */
export const openFernetToken = (token: string, keys: readonly FernetKey[], maximumAge?: MaximumAge): SecretBytes => {
  const bytes = decodeBase64url(token);
  const signed = signedPart(bytes);
  if (bytes === undefined || signed === undefined) throw new TokenUnreadable();
  if (maximumAge !== undefined && !isOfAge(bytes, maximumAge)) throw new TokenUnreadable();
  const key = keys.find((each) => isSigned(bytes, signed, each));
  if (key === undefined) throw new TokenUnreadable();
  return decrypt(signed, key);
};
