import { createCipheriv, createHmac, randomBytes } from 'node:crypto';
import type { FernetKey } from '../fernet-key.ts';
import { encodeBase64url } from '../padded-base64url.ts';

interface TokenParts {
  readonly seconds: number;
  readonly iv: Uint8Array;
}

/** A Fernet token as other systems write them; the vault itself only reads tokens. */
export const writtenToken = (
  plaintext: Uint8Array,
  { signing, encryption }: FernetKey,
  { seconds, iv }: TokenParts = { seconds: 1_700_000_000, iv: randomBytes(16) },
): string => {
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(seconds));
  const cipher = createCipheriv('aes-128-cbc', encryption, iv);
  const signed = Buffer.concat([Buffer.of(0x80), time, iv, cipher.update(plaintext), cipher.final()]);
  return encodeBase64url(Buffer.concat([signed, createHmac('sha256', signing).update(signed).digest()]));
};
