import { isUtf8 } from 'node:buffer';
import { SecretAccess } from './secret-access.ts';
import type { SecretBytes } from './secret-bytes.ts';

const SHOWN = 4;

/** Below this length a mask would show half of the key or more. */
const SHORTEST_SHOWN = 16;

const HIDDEN = '****';

/**
 * What lists show of a key: first four and last four characters around three dots, or `****` for a key shorter than
 * sixteen characters and for one that is not text. Stored beside the secret, so that lists never decrypt.
 */
export const maskOf = (secret: SecretBytes): string => {
  const characters = charactersOf(secret);
  if (characters.length < SHORTEST_SHOWN) return HIDDEN;
  return `${characters.slice(0, SHOWN).join('')}...${characters.slice(-SHOWN).join('')}`;
};

/** By code point, so that no character is cut in half. */
const charactersOf = (secret: SecretBytes): readonly string[] => {
  const bytes = secret.reveal(SecretAccess.granted);
  try {
    return isUtf8(bytes) ? [...new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)] : [];
  } finally {
    bytes.fill(0);
  }
};
