/** One record of a file as text; none when it is longer than records are, or the file ends within it. */
interface RecordText {
  /** Counted from 1. */
  readonly position: number;
  readonly text: string | undefined;
}

/** Far longer than any record with a key in it. */
const LONGEST = 1 << 20;

/** Collects the text of one record and forgets it when it grows beyond all measure. */
class Collected {
  #text = '';
  #isTooLong = false;

  add(text: string): void {
    if (this.#text.length + text.length > LONGEST) this.#isTooLong = true;
    this.#text = this.#isTooLong ? '' : this.#text + text;
  }

  get isBlank(): boolean {
    return !this.#isTooLong && this.#text.trim() === '';
  }

  take(): string | undefined {
    const text = this.#isTooLong ? undefined : this.#text;
    this.#text = '';
    this.#isTooLong = false;
    return text;
  }
}

/** Takes a piece of the file and answers with the records that it completed. */
interface Splitter {
  push(chunk: string): Iterable<string | undefined>;
  end(): Iterable<string | undefined>;
}

const lineSplitter = (): Splitter => {
  const line = new Collected();
  return {
    *push(chunk) {
      const [first = '', ...others] = chunk.split('\n');
      line.add(first);
      for (const next of others) {
        if (!line.isBlank) yield line.take();
        line.take();
        line.add(next);
      }
    },
    *end() {
      if (!line.isBlank) yield line.take();
    },
  };
};

/**
 * Finds the elements of a JSON array without reading them: brackets and braces are counted outside of strings, and an
 * element ends at a comma or a bracket of the outermost level. So a broken element does not hide those after it.
 */
const arraySplitter = (): Splitter => {
  const element = new Collected();
  let depth = 0;
  let isInString = false;
  let isEscaped = false;
  let hasBegun = false;
  /** What is behind the array is one piece, whatever it is. */
  let isClosed = false;

  /** Whether `character` is one of those between the elements. */
  const separates = (character: string): boolean => {
    if (isClosed) return false;
    if (isInString) {
      if (isEscaped) isEscaped = false;
      else if (character === '\\') isEscaped = true;
      else if (character === '"') isInString = false;
      return false;
    }
    if (character === '"') isInString = true;
    if (character === '{' || character === '[') depth += 1;
    if (character === '}' || character === ']') depth -= 1;
    isClosed = depth === 0;
    return isClosed || (depth === 1 && (character === ',' || (character === '[' && !hasBegun)));
  };

  return {
    *push(chunk) {
      let start = 0;
      for (let index = 0; index < chunk.length; index += 1) {
        if (!separates(chunk.charAt(index))) continue;
        hasBegun = true;
        element.add(chunk.slice(start, index));
        if (!element.isBlank) yield element.take();
        element.take();
        start = index + 1;
      }
      element.add(chunk.slice(start));
    },
    *end() {
      if (depth > 0) yield undefined;
      else if (!element.isBlank) yield element.take();
    },
  };
};

/**
 * Splits a file into its records: the elements of a JSON array, or one JSON value on each line. Holds no more of the file
 * than one piece and one record. A record is not looked into; what is broken is found when it is parsed.
 */
export async function* splitRecords(chunks: AsyncIterable<string>): AsyncGenerator<RecordText> {
  let splitter: Splitter | undefined;
  let position = 0;
  const numbered = (text: string | undefined): RecordText => ({ position: (position += 1), text });
  for await (const chunk of chunks) {
    const begin = chunk.replace(/^\uFEFF/, '').trimStart();
    if (splitter === undefined && begin === '') continue;
    const piece = splitter === undefined ? begin : chunk;
    splitter ??= begin.startsWith('[') ? arraySplitter() : lineSplitter();
    for (const text of splitter.push(piece)) yield numbered(text);
  }
  if (splitter !== undefined) for (const text of splitter.end()) yield numbered(text);
}
