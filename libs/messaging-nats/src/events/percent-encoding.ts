/** Printable ASCII without space, double quote and percent sign: what a CloudEvents header may hold as it is. */
const PLAIN = /^[!#-$&-~]*$/;
const UNSAFE = /[^!#-$&-~]/gu;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

const encodedBytes = Array.from({ length: 256 }, (_, byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`);

const encodeCharacter = (character: string): string =>
  encodedBytes[character.charCodeAt(0) < 0x80 ? character.charCodeAt(0) : NaN] ??
  Array.from(encoder.encode(character), (byte) => encodedBytes[byte]).join('');

/** The value of a CloudEvents attribute as a header: UTF-8 bytes outside U+0021–U+007E, `"` and `%` as `%XX`. */
export const percentEncode = (value: string): string =>
  PLAIN.test(value) ? value : value.toWellFormed().replace(UNSAFE, encodeCharacter);

const ENCODED = /(?:%[0-9a-f]{2})+/gi;

const decodeBytes = (run: string): string =>
  decoder.decode(Uint8Array.from(run.slice(1).split('%'), (byte) => Number.parseInt(byte, 16)));

const unquote = (value: string): string =>
  value.length >= 2 && value.startsWith('"') && value.endsWith('"')
    ? value.slice(1, -1).replace(/\\(.)/g, '$1')
    : value;

/** Decodes one round; lower case and needless encoding are accepted, a quoted string as well. Throws on bad UTF-8. */
export const percentDecode = (header: string): string => {
  const value = unquote(header);
  return value.includes('%') ? value.replace(ENCODED, decodeBytes) : value;
};
