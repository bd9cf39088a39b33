import { describe, expect, it } from '@jest/globals';
import { answered, type ChainInput, type ChainProgress, runChain } from './policy-chain.ts';
import type { OnError, PolicyRule, PolicyRules, Verdict } from './policy-rule.ts';

const whitelist: PolicyRule = { rule: 'whitelist', patterns: ['ollama/*', 'llama-*'] };
const blacklist: PolicyRule = { rule: 'blacklist', patterns: ['grok/*'] };
const email: PolicyRule = { rule: 'email', pattern: '*@example.com' };
const review: PolicyRule = { rule: 'humanintheloop', patterns: ['claude*', 'gpt-4*'], reviewer: 'rita@example.com' };
const otherReview: PolicyRule = { rule: 'humanintheloop', patterns: ['*'], reviewer: 'otto@example.com' };
const http = (onError: OnError = 'retry'): PolicyRule => ({
  rule: 'http',
  endpoint: 'https://policy.example.com/approve',
  timeoutMs: 5_000,
  isSigned: false,
  onError,
});

/** Runs the chain with the answers of its webhooks in order. */
const run = (
  rules: PolicyRules,
  modelId: string,
  address: string,
  answers: readonly Verdict[] = [],
  { attempt = 1, maxAttempts = 3 }: Partial<ChainInput> = {},
): Exclude<ChainProgress, { ask: unknown }> => {
  const input = { rules, subject: { modelId, email: address }, attempt, maxAttempts };
  let progress = runChain(input);
  for (const verdict of answers) {
    if (!('ask' in progress)) throw new Error('The chain has ended and asks nobody');
    progress = runChain(input, answered(progress.verdicts, progress.ask, { verdict, reason: `said ${verdict}` }));
  }
  if ('ask' in progress) throw new Error('The chain waits for an answer');
  return progress;
};

const member = 'ada@example.com';
const stranger = 'eve@elsewhere.org';

describe('a chain without webhooks', () => {
  it.each<[string, PolicyRules, string, string, string, number]>([
    ['a whitelisted model', [whitelist], 'ollama/llama3', stranger, 'approved', 1],
    ['a model that no list knows', [whitelist], 'gpt-3.5', member, 'denied', 1],
    ['a whitelisted model in another case', [whitelist], 'Ollama/llama3', member, 'denied', 1],
    ['a blacklisted model', [blacklist, email], 'grok/1', member, 'denied', 1],
    ['a model that the blacklist lets pass', [blacklist, email], 'gpt-4o', member, 'approved', 2],
    ['an address that matches', [email], 'anything', member, 'approved', 1],
    ['an address that does not match', [email, otherReview], 'anything', stranger, 'denied', 1],
    ['an address with another spelling of its domain', [email], 'anything', 'Ada@EXAMPLE.com', 'approved', 1],
    ['an address that only begins well', [email], 'anything', 'a@example.com.evil.org', 'denied', 1],
    ['a model that needs a review', [review], 'claude-3', member, 'review', 1],
    ['a model that needs none, and nobody else approves', [review], 'llama-2', member, 'denied', 1],
    ['whitelist before blacklist', [whitelist, { ...blacklist, patterns: ['*'] }], 'llama-2', member, 'approved', 1],
    ['blacklist before whitelist', [{ ...blacklist, patterns: ['*'] }, whitelist], 'llama-2', member, 'denied', 1],
    ['review before approval', [review, email], 'claude-3', member, 'review', 1],
    ['approval before review', [email, review], 'claude-3', member, 'approved', 1],
    ['no rules at all', [], 'gpt-4o', member, 'denied', 0],
  ])('%s', (_case, rules, modelId, address, outcome, asked) => {
    const { conclusion, verdicts } = run(rules, modelId, address);
    expect(conclusion).toMatchObject({ outcome, reason: expect.stringMatching(/\w/) });
    expect(verdicts).toHaveLength(asked);
  });

  it('records the verdict of each rule that was asked, and of no other', () => {
    expect(run([whitelist, blacklist, review, email], 'claude-3', member).verdicts).toEqual([
      { index: 0, rule: 'whitelist', verdict: 'continue', reason: 'No pattern matches the model claude-3' },
      { index: 1, rule: 'blacklist', verdict: 'continue', reason: 'No pattern matches the model claude-3' },
      { index: 2, rule: 'humanintheloop', verdict: 'review', reason: expect.stringContaining('claude*') },
    ]);
  });

  it('is not passed by another spelling of an address that a set excludes', () => {
    const noStudents: PolicyRule = { rule: 'email', pattern: '[!s]*@example.com' };
    expect(run([noStudents], 'gpt-4o', 's12345@example.com').conclusion.outcome).toBe('denied');
    expect(run([noStudents], 'gpt-4o', 'S12345@example.com').conclusion.outcome).toBe('denied');
  });

  it('tells the reviewer of the rule that asked, not those of rules behind it', () =>
    expect(run([review, otherReview], 'claude-3', member).conclusion.reviewers).toEqual(['rita@example.com']));
});

describe('a chain with a webhook', () => {
  it.each<[Verdict, string, number]>([
    ['approve', 'approved', 1],
    ['deny', 'denied', 1],
    ['review', 'review', 1],
    ['continue', 'approved', 2],
  ])('that answers %s', (verdict, outcome, asked) => {
    const { conclusion, verdicts } = run([http(), email], 'gpt-4o', member, [verdict]);
    expect(conclusion.outcome).toBe(outcome);
    expect(verdicts).toHaveLength(asked);
  });

  it('asks several webhooks one after the other, and those behind a decision never', () => {
    expect(run([http(), http()], 'gpt-4o', member, ['continue', 'approve']).conclusion.outcome).toBe('approved');
    expect(() => run([http(), http()], 'gpt-4o', member, ['deny', 'approve'])).toThrow('asks nobody');
  });

  it('does not ask when a rule before it decides', () =>
    expect(run([blacklist, http()], 'grok/1', member).conclusion.outcome).toBe('denied'));

  it('denies when all continue', () =>
    expect(run([http(), whitelist], 'gpt-4o', member, ['continue']).conclusion.outcome).toBe('denied'));

  it('lets a review that a webhook asks for reach the reviewers of the model', () =>
    expect(run([http(), review, otherReview], 'claude-3', member, ['review']).conclusion.reviewers).toEqual([
      'rita@example.com',
      'otto@example.com',
    ]));
});

describe('a chain whose webhook is unavailable', () => {
  const approvesAll: PolicyRule = { rule: 'whitelist', patterns: ['*'] };
  const deniesAll: PolicyRule = { rule: 'blacklist', patterns: ['*'] };

  it.each<[OnError, number, string]>([
    ['retry', 1, 'deferred'],
    ['retry', 2, 'deferred'],
    ['retry', 3, 'review'],
    ['retry', 4, 'review'],
    ['review', 1, 'review'],
    ['deny', 1, 'denied'],
  ])('with %s, in run %i of 3: %s', (onError, attempt, outcome) => {
    for (const behind of [approvesAll, deniesAll, email]) {
      const { conclusion, verdicts } = run([http(onError), behind], 'gpt-4o', member, ['unavailable'], { attempt });
      expect(conclusion).toMatchObject({ outcome, reason: 'said unavailable' });
      expect(verdicts).toHaveLength(1);
    }
  });

  it('tells the reviewers of the model when it gives up waiting', () =>
    expect(
      run([http(), review, otherReview], 'gpt-3.5', member, ['unavailable'], { attempt: 3 }).conclusion.reviewers,
    ).toEqual(['otto@example.com']));
});
