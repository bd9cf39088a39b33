import { AppError } from '@keyledger/errors';
import { SecretAccess } from '@keyledger/secrets';
import { CompactEncrypt, importJWK } from 'jose';
import { createHash } from 'node:crypto';
import type { RecipientSealer } from '../../application/ports/recipient-sealer.port.ts';

const ALGORITHM = 'ECDH-ES';
const ENCRYPTION = 'A256GCM';

export const jweRecipientSealer: RecipientSealer = {
  seal: async (secret, recipient) => {
    const key = await importJWK(recipient, ALGORITHM).catch((cause: unknown) => {
      throw new AppError('malformed', 'The recipient key is no point on P-256', { cause });
    });
    const plaintext = new TextEncoder().encode(JSON.stringify({ key: secret.revealText(SecretAccess.granted) }));
    try {
      return await new CompactEncrypt(plaintext).setProtectedHeader({ alg: ALGORITHM, enc: ENCRYPTION }).encrypt(key);
    } finally {
      plaintext.fill(0);
    }
  },

  // RFC 7638 §3: the required members in lexicographic order, without white space.
  thumbprintOf: ({ crv, kty, x, y }) =>
    createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url'),
};
