/** The forms in which a text may lie around: as it is, and as the usual encodings write it, with others around it. */
const formsOf = (text: string): readonly string[] => {
  const bytes = Buffer.from(text);
  const base64 = [0, 1, 2].flatMap((offset) => {
    // What stands before shifts the groups of three bytes; the first and last group depend on the neighbours.
    const shifted = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const inner = shifted.slice(offset === 0 ? 0 : 4, -4);
    return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')];
  });
  const json = JSON.stringify(text).slice(1, -1);
  const escaped = [...text].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
  const hex = bytes.toString('hex');
  return [...new Set([text, ...base64, hex, hex.toUpperCase(), encodeURIComponent(text), json, escaped])];
};

/** A named heap of bytes to search. */
export interface Place {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Where any form of the text is found. */
export const placesOf = (text: string, places: readonly Place[]): readonly string[] => {
  const forms = formsOf(text).map((form) => Buffer.from(form));
  return places.filter(({ bytes }) => forms.some((form) => bytes.includes(form))).map(({ name }) => name);
};
