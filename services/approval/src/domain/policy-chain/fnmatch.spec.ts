import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { fnmatch } from './fnmatch.ts';

interface Vectors {
  readonly vectors: readonly (readonly [pattern: string, text: string, matches: boolean])[];
}

const file = new URL('../../../test/vectors/fnmatch.json', import.meta.url);
const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as Vectors;

describe('fnmatch', () => {
  it('has vectors of both kinds', () => {
    expect(vectors.filter(([, , matches]) => matches).length).toBeGreaterThan(400);
    expect(vectors.filter(([, , matches]) => !matches).length).toBeGreaterThan(400);
  });

  it('answers like Python for every vector', () => {
    const different = vectors.filter(([pattern, text, matches]) => fnmatch(text, pattern) !== matches);
    expect(different).toEqual([]);
  });

  it('ends for a pattern that would explode as a regular expression', () => {
    expect(fnmatch('a'.repeat(5_000), `${'*a'.repeat(200)}*b`)).toBe(false);
  });
});
