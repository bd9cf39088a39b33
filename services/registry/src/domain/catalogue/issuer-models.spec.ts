import { describe, expect, it } from '@jest/globals';
import { listable, oddModelsIn } from './issuer-models.ts';

const oddTexts: readonly [string, string][] = [
  ['nothing', ''],
  ['too much', 'x'.repeat(256)],
  ['a NUL', 'a\0'],
  ['a line break', 'a\nb'],
  ['half of a character', 'a\ud83d'],
  ['something invisible', 'gpt\u200b-4'],
  ['a change of direction', 'gpt\u202e4-'],
  ['an escape sequence of terminals', 'gpt\u009b31m'],
];

describe('the models of an issuer', () => {
  it.each(oddTexts)('are listed without the one that has %s in its id', (_what, id) => {
    expect(listable([{ id: 'a' }, { id, ownedBy: 'openai' }, { id: 'b' }])).toEqual([{ id: 'a' }, { id: 'b' }]);
  });

  it.each(oddTexts)('are listed without the owner when that has %s in its name', (_what, ownedBy) => {
    expect(
      listable([
        { id: 'a', ownedBy },
        { id: 'b', ownedBy: 'openai' },
      ]),
    ).toEqual([{ id: 'a' }, { id: 'b', ownedBy: 'openai' }]);
  });

  it('are listed without patterns, which are nothing odd', () => {
    const models = [{ id: 'openai/*' }, { id: 'openai/gpt-4o' }];
    expect(listable(models)).toEqual([{ id: 'openai/gpt-4o' }]);
    expect(oddModelsIn(models)).toEqual([]);
  });

  it('are named to the operator when they are odd, in plain characters', () => {
    const models = [
      { id: 'gpt\u202e4\n' },
      { id: 'fine', ownedBy: 'a\0' },
      { id: 'good', ownedBy: '' },
      { id: '\ud83d' },
    ];
    expect(oddModelsIn(models)).toEqual(['gpt\\u{202e}4\\u{a}', 'fine', '\\u{d83d}']);
    expect(oddModelsIn([{ id: 'x'.repeat(1_000) }])).toEqual(['x'.repeat(60)]);
  });
});
