const HIDDEN = '[redacted]';

/** Shorter parts of a key are found in any text. */
const SHORTEST_PART = 8;

/** Longer texts are no error messages, and longer keys no API keys: with both it would take too long. */
const LONGEST_TEXT = 64 << 10;
const LONGEST_KEY = 512;

/** Longest first, so that of a part nothing is left that is a part itself. */
const withoutParts = (text: string, key: string): string => {
  if (text.length > LONGEST_TEXT || key.length > LONGEST_KEY) return text;
  let rest = text;
  for (let length = key.length - 1; length >= SHORTEST_PART; length -= 1)
    for (const part of [key.slice(0, length), key.slice(-length)])
      if (rest.includes(part)) rest = rest.replaceAll(part, HIDDEN);
  return rest;
};

/**
 * Takes a key out of what a provider wrote, in the forms in which programs repeat one: as it is, for addresses, for JSON,
 * in base64 and hexadecimal, and in an error message also cut off at either end. Exact, unlike a guess by shape: it also
 * knows keys that look like words.
 */
export const withoutKey = (text: string, key: string | undefined): string => {
  if (key === undefined || key === '') return text;
  const bytes = Buffer.from(key);
  const forms = [
    key,
    encodeURIComponent(key),
    JSON.stringify(key).slice(1, -1),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
  ];
  return withoutParts(
    forms.reduce((rest, form) => rest.replaceAll(form, HIDDEN), text),
    key,
  );
};
