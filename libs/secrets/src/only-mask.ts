import { isUtf8 } from 'node:buffer';
import { SecretAccess } from './secret-access.ts';
import type { SecretBytes } from './secret-bytes.ts';

/** At most what masks show: a few characters at either end. Every real key is longer than that and has no such gap. */
const MASK = /^[^\s*•]{0,8}(?:\*{3,}|•{3,}|\.{3,}|…)[*•.…]*[^\s*•]{0,4}$/u;

/**
 * Whether this is what is shown in place of a key, such as `**********`, `****` or `sk-a...wxyz`: other systems have been
 * saving that over the keys. A guess by shape, for keys that come from elsewhere; what a mask of ours is, is known.
 */
export const isOnlyMask = (secret: SecretBytes): boolean => {
  const bytes = secret.reveal(SecretAccess.granted);
  try {
    return isUtf8(bytes) && MASK.test(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes).trim());
  } finally {
    bytes.fill(0);
  }
};
