import { createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { AppError } from '@keyledger/errors';

const hash = promisify<string, Buffer, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(scrypt);

const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };
const MAX_CONCURRENT = 4;

/** Passwords of sample configurations: known to everybody, so the same as none. */
const samplePasswords: ReadonlySet<string> = new Set(['', 'change-me-in-production', 'changeme']);

/** The configured password, or a generated one when there is none worth the name. */
export const choosePassword = (configured: string | undefined): { password: string; isGenerated: boolean } =>
  configured === undefined || samplePasswords.has(configured)
    ? { password: randomBytes(15).toString('base64url'), isGenerated: true }
    : { password: configured, isGenerated: false };

/** The one administrator that the environment names. */
export interface AdminCredential {
  readonly username: string;
  /** True when both are right. Takes the same time whichever is wrong. Throws `rate-limited` under a flood. */
  verify(username: string, password: string): Promise<boolean>;
}

/**
 * Keeps a scrypt hash. The slow hash is paid once: a credential that was right is remembered as an HMAC under a key of
 * this process, and compared in constant time, so each further request costs one HMAC. At most a few slow hashes run at
 * once, so that guessing cannot occupy the thread pool.
 */
export const adminCredential = async (username: string, password: string): Promise<AdminCredential> => {
  const salt = randomBytes(16);
  const cacheKey = randomBytes(32);
  const digest = (name: string, secret: string): Buffer =>
    createHmac('sha256', cacheKey)
      .update(JSON.stringify([name, secret]))
      .digest();
  const expectedName = createHmac('sha256', cacheKey).update(username).digest();
  const expected = await hash(password, salt, 32, COST);
  let verified: Buffer | undefined;
  let running = 0;

  return {
    username,
    verify: async (name, secret) => {
      const presented = digest(name, secret);
      if (verified !== undefined && timingSafeEqual(verified, presented)) return true;
      if (running >= MAX_CONCURRENT)
        throw new AppError('rate-limited', 'Too many sign-ins at once; try again', { retryAfterMs: 1000 });
      running += 1;
      try {
        const isPasswordRight = timingSafeEqual(await hash(secret, salt, 32, COST), expected);
        const isNameRight = timingSafeEqual(createHmac('sha256', cacheKey).update(name).digest(), expectedName);
        if (isPasswordRight && isNameRight) verified = presented;
        return isPasswordRight && isNameRight;
      } finally {
        running -= 1;
      }
    },
  };
};
