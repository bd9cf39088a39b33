import { createHmac, type KeyObject } from 'node:crypto';
import { SecretAccess } from './secret-access.ts';
import type { SecretBytes } from './secret-bytes.ts';

/** Keeps fingerprints apart from any other use of the same HMAC key. */
const DOMAIN = 'keyledger.fingerprint.v1\0';

/**
 * Tells equal secrets without opening them: HMAC-SHA256 under a key that only the vault holds, as lower-case hex. Without
 * that key a guess cannot be checked against it, which a bare hash would allow.
 */
export const fingerprintOf = (secret: SecretBytes, key: KeyObject): string => {
  if (key.type !== 'secret' || (key.symmetricKeySize ?? 0) < 32)
    throw new TypeError('A fingerprint key has at least 256 bits');
  const bytes = secret.reveal(SecretAccess.granted);
  try {
    return createHmac('sha256', key).update(DOMAIN).update(bytes).digest('hex');
  } finally {
    bytes.fill(0);
  }
};
