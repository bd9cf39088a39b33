import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { boundsFor, type IssuingLimits } from './issuing-bounds.policy.ts';

const limits: IssuingLimits = {
  maxBudget: 100,
  maxDurationMs: 90,
  minBudgetPeriodMs: 10,
  limits: [
    { issuer: 'openrouter', maxBudget: 20, maxParallelRequests: 4 },
    { models: ['claude*', 'o?'], maxBudget: 10, minBudgetPeriodMs: 30 },
    { models: ['claude-3*'], maxBudget: 9, maxTokensPerMinute: 7 },
    { issuer: 'litellm', models: ['claude-3-opus'], maxBudget: 500 },
    { models: ['free/*'], maxDurationMs: 400 },
  ],
};

describe('the bounds of a key', () => {
  it.each<[string, string, readonly string[], object]>([
    ['are those of all keys', 'litellm', ['gpt-4'], { maxBudget: 100 }],
    ['are those of its issuer', 'openrouter', ['gpt-4'], { maxBudget: 20, maxParallelRequests: 4, maxDurationMs: 90 }],
    [
      'are those of its model rather than of its issuer',
      'openrouter',
      ['o1'],
      { maxBudget: 10, maxParallelRequests: 4 },
    ],
    ['are those of issuer and model above all', 'litellm', ['claude-3-opus'], { maxBudget: 500 }],
    [
      'come from the first of two sections for the model',
      'litellm',
      ['claude-3-haiku'],
      { maxBudget: 10, maxTokensPerMinute: 7 },
    ],
    ['may allow a model more than others', 'litellm', ['free/llama/8b'], { maxDurationMs: 400, maxBudget: 100 }],
  ])('%s', (_case, issuer, modelIds, expected) => {
    expect(boundsFor(limits, issuer, modelIds)).toMatchObject(expected);
  });

  it('are the strictest of several models, for each bound', () => {
    expect(boundsFor(limits, 'litellm', ['gpt-4', 'free/x', 'o1', 'claude-3-opus'])).toEqual({
      maxBudget: 10,
      maxDurationMs: 90,
      minBudgetPeriodMs: 30,
      maxTokensPerMinute: 7,
    });
  });

  it('are none where nothing bounds', () => expect(boundsFor({}, 'litellm', ['gpt-4'])).toEqual({}));

  it('do not grow when a key gets one more model', () => {
    const model = fc.constantFrom('gpt-4', 'o1', 'claude-3-opus', 'claude-2', 'free/x', 'free/y');
    fc.assert(
      fc.property(fc.array(model, { minLength: 1 }), model, (models, another) => {
        const [before, after] = [models, [...models, another]].map((ids) => boundsFor(limits, 'litellm', ids));
        expect(after?.maxBudget).toBeLessThanOrEqual(before?.maxBudget ?? Infinity);
        expect(after?.minBudgetPeriodMs).toBeGreaterThanOrEqual(before?.minBudgetPeriodMs ?? 0);
      }),
    );
  });
});
