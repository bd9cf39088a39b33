import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

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
  /** True when both are right. Takes the same time whichever is wrong. */
  verify(username: string, password: string): boolean;
  /** Equal for equal attempts within this process; tells nothing about them. */
  fingerprint(username: string, password: string): string;
}

/**
 * Compares keyed digests, which tell neither content nor length of what is right. A slow hash would protect nothing: the
 * password stands in the environment of this process. What keeps guessing slow is the limiter in front.
 */
export const adminCredential = (username: string, password: string): AdminCredential => {
  const key = randomBytes(32);
  const digest = (name: string, secret: string): Buffer =>
    createHmac('sha256', key)
      .update(JSON.stringify([name, secret]))
      .digest();
  const right = digest(username, password);
  return {
    username,
    verify: (name, secret) => timingSafeEqual(digest(name, secret), right),
    fingerprint: (name, secret) => digest(name, secret).toString('base64url'),
  };
};
