import { revealedKeySchema, revealedKeysSchema } from '@keyledger/contracts-vault';
import { compactDecrypt, exportJWK, generateKeyPair } from 'jose';
import type { ZodType } from 'zod';
import type { OpenRecipient } from '../../application/ports/recipient.port.ts';

const P256_COORDINATE = 43;

/** Its own message: the one of the parser quotes what it read. */
const contentIn = <Content>(text: string, schema: ZodType<Content>): Content => {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new Error('What was sealed is not the JSON of a revealed key');
  }
};

/** The private key is kept by the answer alone and gone with it. No error quotes what was sealed. */
export const openOneTimeRecipient: OpenRecipient = async () => {
  const { publicKey, privateKey } = await generateKeyPair('ECDH-ES', { crv: 'P-256' });
  const { x, y } = await exportJWK(publicKey);
  if (x?.length !== P256_COORDINATE || y?.length !== P256_COORDINATE)
    throw new Error('The generated key is not a point on P-256');
  const opened = async <Content>(jwe: string, schema: ZodType<Content>): Promise<Content> => {
    const { plaintext } = await compactDecrypt(jwe, privateKey, {
      keyManagementAlgorithms: ['ECDH-ES'],
      contentEncryptionAlgorithms: ['A256GCM'],
    }).catch(() => {
      throw new Error(`The sealed key (${jwe.length} characters) does not open with the key it was asked for`);
    });
    try {
      return contentIn(new TextDecoder('utf-8', { fatal: true }).decode(plaintext), schema);
    } finally {
      plaintext.fill(0);
    }
  };
  return {
    publicKey: { kty: 'EC', crv: 'P-256', x, y },
    decrypt: async (jwe) => (await opened(jwe, revealedKeySchema)).key,
    decryptAll: async (jwe) => new Map(Object.entries((await opened(jwe, revealedKeysSchema)).keys)),
  };
};
