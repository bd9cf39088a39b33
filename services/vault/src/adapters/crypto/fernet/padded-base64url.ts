const ALPHABET = /^[A-Za-z0-9_-]*={0,2}$/;

/**
 * Base64url with padding, in the one form that an encoder writes. Node's own decoder never fails: it skips what it does
 * not know and takes unused bits at the end, so that many texts would stand for the same bytes.
 */
export const decodeBase64url = (text: string): Buffer | undefined => {
  if (text.length % 4 !== 0 || !ALPHABET.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64url');
  return encodeBase64url(bytes) === text ? bytes : undefined;
};

/** Python refuses what has no padding, which Node's own `base64url` leaves out. */
export const encodeBase64url = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString('base64')
    .replaceAll('+', '-')
    .replaceAll('/', '_');
