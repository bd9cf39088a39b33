import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { matchesModel } from './model-pattern.ts';

describe('a pattern of models', () => {
  it.each([
    ['gpt-4', 'gpt-4', true],
    ['gpt-4', 'gpt-4o', false],
    ['gpt-*', 'gpt-4o-mini', true],
    ['*', '', true],
    ['*mini', 'gpt-4o-mini-mini', true],
    ['openai/*/v?', 'openai/gpt/4/v1', true],
    ['GPT-4', 'gpt-4', false],
    ['gpt-4?', 'gpt-4', false],
    ['a.c', 'abc', false],
    ['[ab]', 'a', false],
    ['a**b*', 'axb', true],
  ])('%s, for %j: %s', (pattern, modelId, expected) => expect(matchesModel(modelId, pattern)).toBe(expected));

  it('means what the same regular expression means', () => {
    const text = (...letters: string[]) =>
      fc.array(fc.constantFrom(...letters), { maxLength: 8 }).map((l) => l.join(''));
    fc.assert(
      fc.property(text('a', 'b', '/'), text('a', 'b', '*', '?'), (modelId, pattern) => {
        const expression = new RegExp(`^${pattern.replaceAll('?', '.').replaceAll('*', '.*')}$`, 's');
        expect(matchesModel(modelId, pattern)).toBe(expression.test(modelId));
      }),
    );
  });

  it('takes no exponential time', () => {
    expect(matchesModel('a'.repeat(5_000), `${'*a'.repeat(200)}*b`)).toBe(false);
  });
});
