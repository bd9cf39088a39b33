import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';
import { SecretUnreadable } from '../../application/ports/secret-sealer.port.ts';
import { randomOctets } from './random-pool.ts';

/** Name of the algorithm as it stands in events and associated data (RFC 7518 §5.1). */
export const A256GCM = 'A256GCM';

/** Layout 1: this byte, nonce, ciphertext, tag. */
const FORMAT = 1;
const FORMAT_BYTE = Buffer.of(FORMAT);
const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;
const OVERHEAD = 1 + NONCE_LENGTH + TAG_LENGTH;

/**
 * Encrypts with AES-256-GCM under a random 96-bit nonce. A nonce must never meet the same key twice: data keys encrypt
 * once in their life, and a master key stays far below 2^32 uses, up to which the chance of a collision is below 2^-32.
 */
export const encrypt = (key: KeyObject, plaintext: Uint8Array, associatedData: Uint8Array): Buffer => {
  const nonce = randomOctets(NONCE_LENGTH);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_LENGTH });
  cipher.setAAD(associatedData);
  const ciphertext = cipher.update(plaintext);
  cipher.final(); // gives no bytes in this mode
  return Buffer.concat([FORMAT_BYTE, nonce, ciphertext, cipher.getAuthTag()], OVERHEAD + ciphertext.length);
};

/**
 * Decrypts what `encrypt` gave for the same key and associated data, and throws `SecretUnreadable` for everything else.
 * The tag is checked before a byte is returned; its length is pinned, since Node would accept a shortened one.
 */
export const decrypt = (key: KeyObject, sealed: Uint8Array, associatedData: Uint8Array): Buffer => {
  if (sealed.length < OVERHEAD || sealed[0] !== FORMAT) throw new SecretUnreadable();
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 1 + NONCE_LENGTH), {
    authTagLength: TAG_LENGTH,
  });
  decipher.setAAD(associatedData);
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_LENGTH));
  const opened = decipher.update(sealed.subarray(1 + NONCE_LENGTH, sealed.length - TAG_LENGTH));
  try {
    decipher.final(); // gives no bytes in this mode; throws unless the tag is right
    return opened;
  } catch {
    opened.fill(0);
    throw new SecretUnreadable();
  }
};
