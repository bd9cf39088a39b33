import { isAscii, isUtf8 } from 'node:buffer';
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
  const bytes = secret.reveal(SecretAccess.granted);
  try {
    return isAscii(bytes) ? maskOfAscii(bytes) : maskOfCharacters(charactersIn(bytes));
  } finally {
    bytes.fill(0);
  }
};

/** What nearly every key is; nothing but what is shown becomes text. */
const maskOfAscii = (bytes: Uint8Array): string => {
  if (bytes.length < SHORTEST_SHOWN) return HIDDEN;
  return `${String.fromCharCode(...bytes.subarray(0, SHOWN))}...${String.fromCharCode(...bytes.subarray(-SHOWN))}`;
};

const maskOfCharacters = (characters: readonly string[]): string => {
  if (characters.length < SHORTEST_SHOWN) return HIDDEN;
  return `${characters.slice(0, SHOWN).join('')}...${characters.slice(-SHOWN).join('')}`;
};

/** By code point, so that no character is cut in half. */
const charactersIn = (bytes: Uint8Array): readonly string[] =>
  isUtf8(bytes) ? [...new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)] : [];
