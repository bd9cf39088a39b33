import { createSecretKey, hkdfSync, type KeyObject, timingSafeEqual } from 'node:crypto';

const KEY_LENGTH = 32;

export interface ExpandedMaterial {
  readonly wrappingKey: KeyObject;
  readonly check: Buffer;
}

/** Two independent values from one key material: the check says nothing about the wrapping key (HKDF, RFC 5869). */
export const expandMaterial = (
  material: Uint8Array,
  masterKeyId: string,
  salt: Uint8Array = Buffer.alloc(0),
): ExpandedMaterial => {
  const part = (use: string): Buffer =>
    Buffer.from(hkdfSync('sha256', material, salt, `keyledger.master-key.v1 ${use} ${masterKeyId}`, KEY_LENGTH));
  const wrapping = part('wrap');
  const wrappingKey = createSecretKey(wrapping);
  wrapping.fill(0);
  return { wrappingKey, check: part('check') };
};

/** In constant time. */
export const isCheck = ({ check }: ExpandedMaterial, stored: string): boolean => {
  const expected = Buffer.from(stored, 'base64');
  return expected.length === check.length && timingSafeEqual(expected, check);
};
