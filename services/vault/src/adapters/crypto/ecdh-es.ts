import {
  createCipheriv,
  createHash,
  createSecretKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { randomOctets } from './random-pool.ts';

/** Names of the algorithms as they stand in the header (RFC 7518 §4.6 and §5.3). */
const ALGORITHM = 'ECDH-ES';
const ENCRYPTION = 'A256GCM';

const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

/**
 * What is hashed behind the round number and the shared secret (RFC 7518 §4.6.2): the encryption algorithm, no PartyUInfo, no
 * PartyVInfo, and the length of the key in bits.
 */
const OTHER_INFO = Buffer.concat([
  uint32(ENCRYPTION.length),
  Buffer.from(ENCRYPTION),
  uint32(0),
  uint32(0),
  uint32(256),
]);
const FIRST_ROUND = uint32(1);

/** One round of the Concat KDF gives the 256 bits that are needed. Nothing of the secret is left behind in a buffer. */
const contentKey = (privateKey: KeyObject, publicKey: KeyObject): KeyObject => {
  const shared = diffieHellman({ privateKey, publicKey });
  const derived = createHash('sha256').update(FIRST_ROUND).update(shared).update(OTHER_INFO).digest();
  const key = createSecretKey(derived);
  shared.fill(0);
  derived.fill(0);
  return key;
};

/**
 * A compact JWE to a P-256 key: ECDH-ES with A256GCM. The ephemeral key is new for each, so the derived key encrypts once in its
 * life. By `node:crypto` at once: handing each of its eight steps to another thread and back takes longer than the steps.
 */
export const compactJwe = (plaintext: Uint8Array, recipient: KeyObject): string => {
  const ephemeral = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { kty, crv, x, y } = ephemeral.publicKey.export({ format: 'jwk' });
  const header = Buffer.from(JSON.stringify({ alg: ALGORITHM, enc: ENCRYPTION, epk: { kty, crv, x, y } })).toString(
    'base64url',
  );
  const nonce = randomOctets(NONCE_LENGTH);
  const key = contentKey(ephemeral.privateKey, recipient);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_LENGTH });
  cipher.setAAD(Buffer.from(header, 'ascii'));
  const ciphertext = cipher.update(plaintext);
  cipher.final(); // gives no bytes in this mode
  // The encrypted key is empty: the agreed key is the key (RFC 7516 §5.1, step 6).
  return [header, '', ...[nonce, ciphertext, cipher.getAuthTag()].map((part) => part.toString('base64url'))].join('.');
};
