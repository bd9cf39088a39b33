import { submittedValueSchema } from '@keyledger/contracts-vault';
import { SecretAccess, SecretBytes } from '@keyledger/secrets';
import { compactDecrypt, decodeProtectedHeader, exportJWK, generateKeyPair } from 'jose';
import { createPrivateKey, KeyObject } from 'node:crypto';
import type { SubmissionOpener, SubmittedValue } from '../../application/ports/submission-opener.port.ts';

const ALGORITHM = 'ECDH-ES';
const ENCRYPTION = 'A256GCM';

const valueIn = (plaintext: Uint8Array): SubmittedValue | undefined => {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(plaintext);
    const { value, submitter } = submittedValueSchema.parse(JSON.parse(text));
    return { value: SecretBytes.fromText(value), submitter };
  } catch {
    return undefined; // the messages of both parsers quote what they read
  } finally {
    plaintext.fill(0);
  }
};

export const jweSubmissionOpener: SubmissionOpener = {
  newKeyPair: async () => {
    const pair = await generateKeyPair(ALGORITHM, { crv: 'P-256', extractable: true });
    const { x = '', y = '' } = await exportJWK(pair.publicKey);
    const bytes = KeyObject.from(pair.privateKey).export({ type: 'pkcs8', format: 'der' });
    const privateKey = SecretBytes.copyOf(bytes);
    bytes.fill(0);
    return { publicKey: { kty: 'EC', crv: 'P-256', x, y }, privateKey };
  },

  keyIdOf: (submission) => {
    try {
      const { kid } = decodeProtectedHeader(submission);
      return typeof kid === 'string' ? kid : undefined;
    } catch {
      return undefined;
    }
  },

  open: async (submission, privateKey) => {
    const der = Buffer.from(privateKey.reveal(SecretAccess.granted));
    try {
      const key = createPrivateKey({ key: der, type: 'pkcs8', format: 'der' });
      const { plaintext } = await compactDecrypt(submission, key, {
        keyManagementAlgorithms: [ALGORITHM],
        contentEncryptionAlgorithms: [ENCRYPTION],
      });
      return valueIn(plaintext);
    } catch {
      return undefined;
    } finally {
      der.fill(0);
    }
  },
};
