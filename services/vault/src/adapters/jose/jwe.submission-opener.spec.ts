import { beforeAll, describe, expect, it } from '@jest/globals';
import { LONGEST_VALUE } from '@keyledger/contracts-vault';
import { SecretAccess, type SecretBytes } from '@keyledger/secrets';
import { CompactEncrypt, importJWK } from 'jose';
import type { RecipientKey } from '@keyledger/contracts-vault';
import { jweSubmissionOpener } from './jwe.submission-opener.ts';

const CANARY = 'sk-canary-Qm9vZ3VzS2V5Rm9yVGVzdHM';

interface Pair {
  readonly publicKey: RecipientKey;
  readonly privateKey: SecretBytes;
}

const encrypt = async (content: unknown, { publicKey }: Pair, header: object = {}): Promise<string> => {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return new CompactEncrypt(new TextEncoder().encode(text))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', ...header })
    .encrypt(await importJWK(publicKey, 'ECDH-ES'));
};

const flipped = (jwe: string, part: number): string => {
  const parts = jwe.split('.');
  const bytes = Buffer.from(parts[part]!, 'base64url');
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
  parts[part] = bytes.toString('base64url');
  return parts.join('.');
};

describe('a submission', () => {
  let pair: Pair;
  let other: Pair;
  const content = { value: CANARY, submitter: 'ada@example.com' };

  beforeAll(async () => {
    [pair, other] = [await jweSubmissionOpener.newKeyPair(), await jweSubmissionOpener.newKeyPair()];
  });

  it.each([CANARY, '', 'schlüssel ☂', 'x'.repeat(LONGEST_VALUE)])(
    'opens with the key of its recipient',
    async (value) => {
      const opened = await jweSubmissionOpener.open(await encrypt({ ...content, value }, pair), pair.privateKey);
      expect(opened?.submitter).toBe('ada@example.com');
      expect(opened?.value.revealText(SecretAccess.granted)).toBe(value);
    },
  );

  it('says under which key it was encrypted', async () => {
    expect(jweSubmissionOpener.keyIdOf(await encrypt(content, pair, { kid: 'k-1' }))).toBe('k-1');
    expect(jweSubmissionOpener.keyIdOf(await encrypt(content, pair))).toBeUndefined();
    expect(jweSubmissionOpener.keyIdOf('nonsense')).toBeUndefined();
  });

  it.each<[string, () => Promise<string>]>([
    ['was encrypted to another key', () => encrypt(content, other)],
    ['was encrypted with another algorithm', () => encrypt(content, pair, { enc: 'A128GCM' })],
    ['was encrypted with another key agreement', () => encrypt(content, pair, { alg: 'ECDH-ES+A256KW' })],
    ['has an altered ciphertext', async () => flipped(await encrypt(content, pair), 3)],
    ['has an altered tag', async () => flipped(await encrypt(content, pair), 4)],
    ['has an altered nonce', async () => flipped(await encrypt(content, pair), 2)],
    ['is cut', async () => (await encrypt(content, pair)).slice(0, -10)],
    ['is no JWE', () => Promise.resolve('a..b.c.d')],
    ['holds no JSON', () => encrypt(CANARY, pair)],
    ['names nobody', () => encrypt({ value: CANARY }, pair)],
    ['holds something else besides', () => encrypt({ ...content, more: 1 }, pair)],
    ['is too long', () => encrypt({ ...content, value: 'x'.repeat(LONGEST_VALUE + 1) }, pair)],
  ])('does not open when it %s', async (_what, made) => {
    expect(await jweSubmissionOpener.open(await made(), pair.privateKey)).toBeUndefined();
  });

  it('of several values gives them in their order, and nothing for what is another thing', async () => {
    const opened = await jweSubmissionOpener.openAll(
      await encrypt({ values: [CANARY, '', 'schlüssel ☂'], submitter: content.submitter }, pair),
      pair.privateKey,
    );
    expect(opened?.submitter).toBe('ada@example.com');
    expect(opened?.values.map((value) => value.revealText(SecretAccess.granted))).toEqual([CANARY, '', 'schlüssel ☂']);
    for (const other of [content, { values: [], submitter: 'ada' }, { values: CANARY, submitter: 'ada' }])
      expect(await jweSubmissionOpener.openAll(await encrypt(other, pair), pair.privateKey)).toBeUndefined();
    const several = await encrypt({ values: [CANARY], submitter: 'ada' }, pair);
    expect(await jweSubmissionOpener.open(several, pair.privateKey)).toBeUndefined();
  });
});
