import { submittedValueSchema, submittedValuesSchema } from '@keyledger/contracts-vault';
import { SecretAccess, SecretBytes } from '@keyledger/secrets';
import { compactDecrypt, decodeProtectedHeader, exportJWK, generateKeyPair } from 'jose';
import { createPrivateKey, KeyObject } from 'node:crypto';
import type {
  SubmissionOpener,
  SubmittedValue,
  SubmittedValues,
} from '../../application/ports/submission-opener.port.ts';

const ALGORITHM = 'ECDH-ES';
const ENCRYPTION = 'A256GCM';

/** What `read` makes of the JSON; `undefined` when it is not what it should be. */
const contentOf = <Content>(plaintext: Uint8Array, read: (json: unknown) => Content): Content | undefined => {
  try {
    return read(JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(plaintext)));
  } catch {
    return undefined; // the messages of both parsers quote what they read
  } finally {
    plaintext.fill(0);
  }
};

const valueIn = (json: unknown): SubmittedValue => {
  const { value, submitter } = submittedValueSchema.parse(json);
  return { value: SecretBytes.fromText(value), submitter };
};

const valuesIn = (json: unknown): SubmittedValues => {
  const { values, submitter } = submittedValuesSchema.parse(json);
  return { values: values.map((value) => SecretBytes.fromText(value)), submitter };
};

const openedBy =
  <Content>(read: (json: unknown) => Content) =>
  async (submission: string, privateKey: SecretBytes): Promise<Content | undefined> => {
    const der = Buffer.from(privateKey.reveal(SecretAccess.granted));
    try {
      const key = createPrivateKey({ key: der, type: 'pkcs8', format: 'der' });
      const { plaintext } = await compactDecrypt(submission, key, {
        keyManagementAlgorithms: [ALGORITHM],
        contentEncryptionAlgorithms: [ENCRYPTION],
      });
      return contentOf(plaintext, read);
    } catch {
      return undefined;
    } finally {
      der.fill(0);
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

  open: openedBy(valueIn),
  openAll: openedBy(valuesIn),
};
