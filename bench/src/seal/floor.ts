import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  type KeyObject,
  randomBytes,
} from 'node:crypto';

/** What somebody would write who has nothing but `node:crypto` and keys as `KeyObject`. */
const encrypt = (key: KeyObject, plaintext: Uint8Array, associated: Uint8Array): Buffer => {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(associated);
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
};

const decrypt = (key: KeyObject, sealed: Uint8Array, associated: Uint8Array): Buffer => {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12));
  decipher.setAAD(associated);
  decipher.setAuthTag(sealed.subarray(-16));
  return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
};

export interface BareSecret {
  readonly wrapped: Buffer;
  readonly sealed: Buffer;
  readonly fingerprint: string;
}

/** The associated data of ciphertext and wrapped key, as the vault makes it. */
export interface Associated {
  readonly secret: Uint8Array;
  readonly key: Uint8Array;
}

export interface Floor {
  /** A data key, the ciphertext under it, the data key under the master key, and the fingerprint. */
  seal(plaintext: Uint8Array): BareSecret;
  open(secret: BareSecret): Buffer;
}

export const floor = (associated: Associated): Floor => {
  const [masterKey, fingerprintKey] = [createSecretKey(randomBytes(32)), createSecretKey(randomBytes(32))];
  return {
    seal: (plaintext) => {
      const dataKey = createSecretKey(randomBytes(32));
      return {
        wrapped: encrypt(masterKey, dataKey.export(), associated.key),
        sealed: encrypt(dataKey, plaintext, associated.secret),
        fingerprint: createHmac('sha256', fingerprintKey).update(plaintext).digest('hex'),
      };
    },
    open: ({ wrapped, sealed }) =>
      decrypt(createSecretKey(decrypt(masterKey, wrapped, associated.key)), sealed, associated.secret),
  };
};
