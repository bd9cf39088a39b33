import { describe, expect, it } from '@jest/globals';
import { createHash, createPrivateKey, createSecretKey, generateKeyPairSync } from 'node:crypto';
import { fingerprintOf } from './fingerprint.ts';
import { SecretBytes } from './secret-bytes.ts';

const key = createSecretKey(Buffer.alloc(32, 1));
const otherKey = createSecretKey(Buffer.alloc(32, 2));
const CANARY = 'sk-canary-7f3a9b1c5d2e8f60';

describe('the fingerprint of a secret', () => {
  it('has a known value, since stored ones must stay comparable', () => {
    // printf 'keyledger.fingerprint.v1\0sk-canary-7f3a9b1c5d2e8f60' | openssl dgst -sha256 -mac HMAC -macopt hexkey:0101…
    expect(fingerprintOf(SecretBytes.fromText(CANARY), key)).toBe(
      '7d1912fd1258b1bfd53db30797885a642f2a6ba2f7171a69619fed11b5679b17',
    );
  });

  it('is equal for equal secrets and differs for others', () => {
    const first = fingerprintOf(SecretBytes.fromText(CANARY), key);
    expect(fingerprintOf(SecretBytes.fromText(CANARY), key)).toBe(first);
    expect(fingerprintOf(SecretBytes.fromText(`${CANARY}0`), key)).not.toBe(first);
    expect(fingerprintOf(SecretBytes.fromText(''), key)).not.toBe(first);
  });

  it('depends on the key, so that nobody without it can test a guess', () => {
    const secret = SecretBytes.fromText(CANARY);
    expect(fingerprintOf(secret, key)).not.toBe(fingerprintOf(secret, otherKey));
    expect(fingerprintOf(secret, key)).not.toBe(createHash('sha256').update(CANARY).digest('hex'));
  });

  it('leaves the secret usable', () => {
    const secret = SecretBytes.fromText(CANARY);
    fingerprintOf(secret, key);
    expect(secret.equals(SecretBytes.fromText(CANARY))).toBe(true);
  });

  it('refuses a key that is too short to be one', () => {
    const short = createSecretKey(Buffer.alloc(16));
    expect(() => fingerprintOf(SecretBytes.fromText(CANARY), short)).toThrow('at least 256 bits');
  });

  it('refuses a key of another kind', () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const asymmetric = createPrivateKey(privateKey.export({ format: 'pem', type: 'pkcs8' }));
    expect(() => fingerprintOf(SecretBytes.fromText(CANARY), asymmetric)).toThrow('at least 256 bits');
  });
});
