import { AppError } from '@keyledger/errors';
import { SecretAccess } from '@keyledger/secrets';
import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import type { RecipientSealer } from '../../application/ports/recipient-sealer.port.ts';
import { compactJwe } from './ecdh-es.ts';

const sealed = (content: object, recipient: KeyObject): string => {
  const plaintext = Buffer.from(JSON.stringify(content));
  try {
    return compactJwe(plaintext, recipient);
  } finally {
    plaintext.fill(0);
  }
};

export const jweRecipientSealer: RecipientSealer = {
  recipientOf: (jwk) => {
    let key: KeyObject;
    try {
      key = createPublicKey({ key: { ...jwk }, format: 'jwk' });
    } catch (cause) {
      throw new AppError('malformed', 'The recipient key is no point on P-256', { cause });
    }
    return {
      seal: (secret) => sealed({ key: secret.revealText(SecretAccess.granted) }, key),
      sealAll: (secrets) => {
        const keys = [...secrets].map(([id, secret]) => [id, secret.revealText(SecretAccess.granted)]);
        return sealed({ keys: Object.fromEntries(keys) }, key);
      },
    };
  },

  // RFC 7638 §3: the required members in lexicographic order, without white space.
  thumbprintOf: ({ crv, kty, x, y }) =>
    createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url'),
};
