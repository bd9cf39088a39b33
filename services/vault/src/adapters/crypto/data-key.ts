import { createSecretKey, type KeyObject } from 'node:crypto';
import { randomOctets } from './random-pool.ts';

const LENGTH = 32;

/** A random key of 256 bits. */
export const newDataKey = (): KeyObject => {
  const bytes = randomOctets(LENGTH);
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
};
