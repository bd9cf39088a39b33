import { describe, expect, it } from '@jest/globals';
import { calculateJwkThumbprint, compactDecrypt, decodeProtectedHeader, exportJWK, generateKeyPair } from 'jose';
import type { RecipientKey } from '@keyledger/contracts-vault';
import { SecretBytes } from '@keyledger/secrets';
import { jweRecipientSealer } from './jwe.recipient-sealer.ts';

const CANARY = 'sk-canary-Qm9vZ3VzS2V5Rm9yVGVzdHM "quoted" \\ ☂';

const newRecipient = async () => {
  const { publicKey, privateKey } = await generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true });
  const { kty, crv, x, y } = await exportJWK(publicKey);
  return { publicKey: { kty, crv, x, y } as RecipientKey, privateKey };
};

describe('a key that leaves the vault', () => {
  it('can be opened by its recipient', async () => {
    const { publicKey, privateKey } = await newRecipient();
    const jwe = jweRecipientSealer.recipientOf(publicKey).seal(SecretBytes.fromText(CANARY));
    const { plaintext } = await compactDecrypt(jwe, privateKey);
    expect(JSON.parse(Buffer.from(plaintext).toString())).toEqual({ key: CANARY });
  });

  it('can be opened together with others, by its id', async () => {
    const { publicKey, privateKey } = await newRecipient();
    const secrets = new Map([
      ['first', SecretBytes.fromText(CANARY)],
      ['second', SecretBytes.fromText('sk-other')],
    ]);
    const { plaintext } = await compactDecrypt(jweRecipientSealer.recipientOf(publicKey).sealAll(secrets), privateKey);
    expect(JSON.parse(Buffer.from(plaintext).toString())).toEqual({ keys: { first: CANARY, second: 'sk-other' } });
  });

  it('cannot be opened by anybody else', async () => {
    const jwe = jweRecipientSealer.recipientOf((await newRecipient()).publicKey).seal(SecretBytes.fromText(CANARY));
    await expect(compactDecrypt(jwe, (await newRecipient()).privateKey)).rejects.toMatchObject({
      code: 'ERR_JWE_DECRYPTION_FAILED',
    });
  });

  it('is compact, under ECDH-ES with A256GCM and a fresh ephemeral key', async () => {
    const { publicKey } = await newRecipient();
    const [first, second] = [1, 2].map(() =>
      jweRecipientSealer.recipientOf(publicKey).seal(SecretBytes.fromText(CANARY)),
    );
    expect(first!.split('.')).toHaveLength(5);
    const headers = [first!, second!].map((jwe) => decodeProtectedHeader(jwe));
    expect(headers[0]).toMatchObject({ alg: 'ECDH-ES', enc: 'A256GCM', epk: { crv: 'P-256' } });
    expect(headers[0]!['epk']).not.toEqual(headers[1]!['epk']);
    expect(Buffer.from(first!, 'base64url').toString('latin1')).not.toContain('canary');
  });

  it.each(['x', 'y'] as const)('is not sealed to something that is no point: %s', async (coordinate) => {
    const { publicKey } = await newRecipient();
    const off = { ...publicKey, [coordinate]: Buffer.alloc(32, 7).toString('base64url') };
    expect(() => jweRecipientSealer.recipientOf(off)).toThrow(expect.objectContaining({ code: 'malformed' }));
  });

  it('leaves the secret usable', async () => {
    const secret = SecretBytes.fromText(CANARY);
    jweRecipientSealer.recipientOf((await newRecipient()).publicKey).seal(secret);
    expect(secret.equals(SecretBytes.fromText(CANARY))).toBe(true);
  });
});

describe('the name of a recipient', () => {
  it('is the thumbprint that others compute', async () => {
    const { publicKey } = await newRecipient();
    expect(jweRecipientSealer.thumbprintOf(publicKey)).toBe(await calculateJwkThumbprint({ ...publicKey }));
  });

  it('has a known value', () => {
    // Key of RFC 7515 appendix A.3.
    const key: RecipientKey = {
      kty: 'EC',
      crv: 'P-256',
      x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
      y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
    };
    expect(jweRecipientSealer.thumbprintOf(key)).toBe('oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U');
  });
});
