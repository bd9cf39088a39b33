import { describe, expect, it } from '@jest/globals';
import { submittedValueSchema } from '@keyledger/contracts-vault';
import { compactDecrypt, decodeProtectedHeader, exportJWK, generateKeyPair } from 'jose';
import { sealSubmission } from './submission.ts';

const CANARY = 'sk-canary-7f1e0d2c4b6a89-KEYLEDGER';
const submissionKeyId = '01930f5e-8200-7c4e-9d5a-2f8f4f0f6d11';

describe('a value that is handed in', () => {
  it('opens for the vault alone, and says for whom it was encrypted', async () => {
    const [vault, other] = [await generateKeyPair('ECDH-ES'), await generateKeyPair('ECDH-ES')];
    const { x = '', y = '' } = await exportJWK(vault.publicKey);
    const key = { submissionKeyId, publicKey: { kty: 'EC' as const, crv: 'P-256' as const, x, y } };
    const submission = await sealSubmission(key, { value: CANARY, submitter: 'root' });
    expect(decodeProtectedHeader(submission)).toMatchObject({ alg: 'ECDH-ES', enc: 'A256GCM', kid: submissionKeyId });
    const { plaintext } = await compactDecrypt(submission, vault.privateKey);
    const content = submittedValueSchema.parse(JSON.parse(new TextDecoder().decode(plaintext)));
    expect(content).toEqual({ value: CANARY, submitter: 'root' });
    await expect(compactDecrypt(submission, other.privateKey)).rejects.toThrow();
  });

  it('stays here when the key is none, with an error that does not repeat it', async () => {
    const publicKey = { kty: 'EC' as const, crv: 'P-256' as const, x: 'A'.repeat(43), y: 'A'.repeat(43) };
    const sealing = sealSubmission({ submissionKeyId, publicKey }, { value: CANARY, submitter: 'root' });
    await expect(sealing).rejects.toThrow(expect.objectContaining({ message: expect.not.stringContaining(CANARY) }));
  });
});
