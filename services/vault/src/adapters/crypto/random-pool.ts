import { randomBytes, randomFillSync } from 'node:crypto';

/** One call to the system's generator fills many nonces and keys; each byte is handed out once. */
const SIZE = 4_096;

const pool = Buffer.alloc(SIZE);
let used = SIZE;

/** `length` random bytes in memory of their own. What was handed out is overwritten in the pool. */
export const randomOctets = (length: number): Buffer => {
  if (length > SIZE) return randomBytes(length);
  if (used + length > SIZE) {
    randomFillSync(pool);
    used = 0;
  }
  const octets = Buffer.from(pool.subarray(used, used + length));
  pool.fill(0, used, used + length);
  used += length;
  return octets;
};
