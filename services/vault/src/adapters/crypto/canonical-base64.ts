/** The last character before padding has two or four bits that mean nothing; they have to be zero. */
const ENDS_WELL = /(?:^|[AQgw]==|[AEIMQUYcgkosw048]=|[^=])$/;

/**
 * The bytes of `text` when it is their only spelling in base64 (RFC 4648 §4, with padding); `undefined` for any other text.
 * Node skips what is no base64, so that fewer bytes than the length promises tell of it, and takes the alphabet for
 * addresses as well.
 */
export const canonicalBase64 = (text: string): Buffer | undefined => {
  if (text.length % 4 !== 0 || text.includes('-') || text.includes('_') || !ENDS_WELL.test(text)) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === (text.length / 4) * 3 - padding ? bytes : undefined;
};
