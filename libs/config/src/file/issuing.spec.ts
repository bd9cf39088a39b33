import { describe, expect, it } from '@jest/globals';
import { ConfigErrors } from '../config-error.ts';
import { readKeyledgerText } from './load-keyledger-file.ts';

const read = (yaml: string) => readKeyledgerText('keyledger.yaml', yaml, {}).issuing;

const problems = (yaml: string): readonly string[] => {
  try {
    read(yaml);
  } catch (error) {
    if (error instanceof ConfigErrors) return error.errors.map(({ message }) => message);
    throw error;
  }
  throw new Error('The file was accepted');
};

const openrouter = 'issuers:\n  - name: openrouter\n    kind: openrouter\n    models: [a]\n';

describe('the bounds of what may be issued', () => {
  it('are read for all keys', () => {
    const file = read(`
issuing:
  default_soft_budget: 8
  max_soft_budget: 80
  default_budget_period: 30d
  min_budget_period: 1d
  default_requests_per_minute: 60
  max_requests_per_minute: 600
  default_tokens_per_minute: 20000
  max_tokens_per_minute: 200000
  default_grace_period: 2h
  max_grace_period: 12h
  default_parallel_requests: 2
  max_parallel_requests: 8
`);
    expect(file).toMatchObject({
      defaultSoftBudget: 8,
      maxSoftBudget: 80,
      defaultBudgetPeriodMs: 2_592_000_000,
      minBudgetPeriodMs: 86_400_000,
      defaultRequestsPerMinute: 60,
      maxRequestsPerMinute: 600,
      defaultTokensPerMinute: 20_000,
      maxTokensPerMinute: 200_000,
      defaultGracePeriodMs: 7_200_000,
      maxGracePeriodMs: 43_200_000,
      defaultParallelRequests: 2,
      maxParallelRequests: 8,
      limits: [],
    });
  });

  it('bound the grace period of every key, by a week unless another is set', () => {
    expect(read('issuing: {}').maxGracePeriodMs).toBe(7 * 86_400_000);
    expect(read('issuing: { default_grace_period: 10d }').maxGracePeriodMs).toBe(10 * 86_400_000);
  });

  it('are read for issuers and models, in their order', () => {
    const { limits } = read(`${openrouter}
issuing:
  limits:
    - issuer: openrouter
      max_budget: 20
    - models: ['gpt-4*', o1]
      max_duration: 7d
    - issuer: litellm
      models: [claude-?]
      default_budget: 1
      max_budget: 2
`);
    expect(limits).toEqual([
      { issuer: 'openrouter', maxBudget: 20 },
      { models: ['gpt-4*', 'o1'], maxDurationMs: 604_800_000 },
      { issuer: 'litellm', models: ['claude-?'], defaultBudget: 1, maxBudget: 2 },
    ]);
  });
});

describe('wrong bounds', () => {
  it.each<[string, string, string]>([
    [
      'a default above its bound',
      'issuing:\n  limits:\n    - issuer: litellm\n      default_tokens_per_minute: 2\n      max_tokens_per_minute: 1\n',
      'keyledger.yaml:4: issuing.limits[0].default_tokens_per_minute: expected a number not above max_tokens_per_minute, found a higher one',
    ],
    [
      'a default period that is too short',
      'issuing:\n  min_budget_period: 1d\n  default_budget_period: 1h\n',
      'keyledger.yaml:3: issuing.default_budget_period: expected a duration not shorter than min_budget_period, found a shorter one',
    ],
    [
      'bounds for nothing in particular',
      'issuing:\n  limits:\n    - max_budget: 1\n',
      'keyledger.yaml:3: issuing.limits[0].issuer: expected an issuer, models, or both; what holds for all keys belongs into issuing itself, found neither',
    ],
    [
      'no models',
      'issuing:\n  limits:\n    - models: []\n      max_budget: 1\n',
      'keyledger.yaml:3: issuing.limits[0].models: expected a list of patterns, found an empty list',
    ],
    [
      'a set, which is no pattern here',
      "issuing:\n  limits:\n    - models: ['gpt-[34]']\n",
      'keyledger.yaml:3: issuing.limits[0].models[0]: expected a model id as text, with * and ? for what varies, found text',
    ],
    [
      'a mistyped setting',
      'issuing:\n  limits:\n    - issuer: litellm\n      max_bugdet: 1\n',
      'keyledger.yaml:4: issuing.limits[0].max_bugdet: is not a setting; did you mean "max_budget"?',
    ],
    [
      'a negative amount',
      'issuing:\n  limits:\n    - issuer: litellm\n      max_soft_budget: -1\n',
      'keyledger.yaml:4: issuing.limits[0].max_soft_budget: expected an amount greater than zero, such as 10 or 2.5, found a number',
    ],
    [
      'an issuer that does not exist',
      `${openrouter}issuing:\n  limits:\n    - issuer: opnrouter\n      max_budget: 5\n`,
      'keyledger.yaml:7: issuing.limits[0].issuer: is not an issuer; did you mean "openrouter"?',
    ],
    [
      'an issuer that is like none',
      `${openrouter}issuing:\n  limits:\n    - issuer: nope\n`,
      'keyledger.yaml:7: issuing.limits[0].issuer: is not an issuer; known here: litellm, openrouter',
    ],
    [
      'an issuer that could not be read, which is told once',
      'issuers:\n  - name: one\n    kind: mistral\n    models: [a]\nissuing:\n  limits:\n    - issuer: one\n',
      'keyledger.yaml:3: issuers[0].kind: expected one of "openrouter", "openai", "static", "custodian", found text',
    ],
  ])('%s', (_what, yaml, message) => expect(problems(yaml)).toEqual([message]));
});
