/**
 * `fnmatch` of Python as it behaves on Linux, so that patterns written for LLM Key Requestor mean what they meant there:
 * the whole text must match, case counts, `*` also crosses `/`, `?` is one character, `[seq]` and `[!seq]` are sets with
 * ranges. Nothing else is special: no `**`, no braces, no escape, no hidden files. Characters are code points.
 *
 * No regular expression is built: a pattern with many `*` would let a long model name cost exponential time.
 */
export const fnmatch = (text: string, pattern: string): boolean => matches([...text], parse([...pattern]));

type Token = '*' | ((character: string) => boolean);

const anything: Token = () => true;

const parse = (pattern: readonly string[]): Token[] => {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at] as string;
    const end = character === '[' ? endOfSet(pattern, at + 1) : -1;
    if (end >= 0) {
      tokens.push(setOf(pattern.slice(at + 1, end)));
      at = end;
    } else if (character === '*') tokens.push('*');
    else if (character === '?') tokens.push(anything);
    else tokens.push((candidate) => candidate === character);
  }
  return tokens;
};

/** Index of the `]` that closes a set; -1 when none does and the `[` is an ordinary character. */
const endOfSet = (pattern: readonly string[], start: number): number => {
  const first = pattern[start] === '!' ? start + 1 : start;
  return pattern.indexOf(']', pattern[first] === ']' ? first + 1 : first);
};

const setOf = (content: readonly string[]): Token => {
  const isNegated = content[0] === '!';
  const pieces = rangePieces(content, isNegated);
  const singles = new Set(pieces.flat().slice(isNegated ? 1 : 0));
  const ranges = pieces.slice(1).map((piece, index) => [pieces[index]?.at(-1) as string, piece[0] as string] as const);
  return (character) =>
    (singles.has(character) || ranges.some(([low, high]) => isBetween(low, character, high))) !== isNegated;
};

const codePoint = (character: string): number => character.codePointAt(0) as number;

const isBetween = (low: string, character: string, high: string): boolean =>
  codePoint(low) <= codePoint(character) && codePoint(character) <= codePoint(high);

/**
 * Cuts the content of a set at the hyphens that stand for a range: between two neighbouring pieces lies the range from
 * the last character of one to the first of the next. A hyphen at an edge is a member. A range whose end comes before
 * its beginning vanishes with both of its ends, as in Python.
 */
const rangePieces = (content: readonly string[], isNegated: boolean): string[][] => {
  const pieces: string[][] = [];
  let start = 0;
  let hyphen = content.indexOf('-', isNegated ? 2 : 1);
  while (hyphen >= 0) {
    pieces.push(content.slice(start, hyphen));
    start = hyphen + 1;
    hyphen = content.indexOf('-', hyphen + 3);
  }
  const rest = content.slice(start);
  if (rest.length > 0 || pieces.length === 0) pieces.push(rest);
  else pieces.at(-1)?.push('-');
  for (let index = pieces.length - 1; index > 0; index -= 1) {
    const [left, right] = [pieces[index - 1] as string[], pieces[index] as string[]];
    if (codePoint(left.at(-1) as string) > codePoint(right[0] as string)) {
      pieces.splice(index - 1, 2, [...left.slice(0, -1), ...right.slice(1)]);
    }
  }
  return pieces;
};

/** Walks both lists once; on a mismatch it goes back to the latest `*`, which then takes one character more. */
const matches = (text: readonly string[], tokens: readonly Token[]): boolean => {
  let [at, token, star, resumeAt] = [0, 0, -1, 0];
  while (at < text.length) {
    const current = tokens[token];
    if (current === '*') {
      [star, resumeAt] = [token, at];
      token += 1;
    } else if (current?.(text[at] as string) === true) {
      at += 1;
      token += 1;
    } else if (star >= 0) {
      resumeAt += 1;
      [at, token] = [resumeAt, star + 1];
    } else return false;
  }
  return tokens.slice(token).every((rest) => rest === '*');
};
