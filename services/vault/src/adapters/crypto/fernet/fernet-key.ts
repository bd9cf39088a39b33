import { createSecretKey, type KeyObject, pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import { decodeBase64url } from './padded-base64url.ts';

const HALF = 16;

/** The first half signs, the second one encrypts. */
export interface FernetKey {
  readonly signing: KeyObject;
  readonly encryption: KeyObject;
}

/** Runs in the thread pool, so that the event loop goes on. */
const derive = promisify(pbkdf2);

const fromBytes = (bytes: Buffer): FernetKey => {
  const key = {
    signing: createSecretKey(bytes.subarray(0, HALF)),
    encryption: createSecretKey(bytes.subarray(HALF)),
  };
  bytes.fill(0);
  return key;
};

/** A key as Python's `Fernet.generate_key()` writes it: 32 bytes in padded base64url. `undefined` for anything else. */
export const rawFernetKey = (text: string): FernetKey | undefined => {
  const bytes = decodeBase64url(text);
  return bytes?.length === 2 * HALF ? fromBytes(bytes) : undefined;
};

interface Derivation {
  readonly salt: Uint8Array;
  readonly iterations: number;
}

/** What Python's `PBKDF2HMAC(SHA256, length=32, salt, iterations)` derives from the same passphrase. */
export const derivedFernetKey = async (passphrase: Uint8Array, { salt, iterations }: Derivation): Promise<FernetKey> =>
  fromBytes(await derive(passphrase, salt, iterations, 2 * HALF, 'sha256'));
