import { describe, expect, it } from '@jest/globals';
import type { Terms } from './key-request.events.ts';
import { terms } from './key-request.examples.ts';
import { sameTerms } from './terms.ts';

describe('sameTerms', () => {
  it('does not care about the spelling of the address or the order of fields', () => {
    const { delivery, email, ...rest } = terms;
    expect(sameTerms(terms, { delivery, email: email.toUpperCase(), ...rest })).toBe(true);
  });

  const { justification: _justification, ...unjustified } = terms;
  const { duration: _duration, ...endless } = terms;
  const { budget: _budget, ...unbounded } = terms;

  it.each<[string, Terms]>([
    ['model', { ...terms, modelId: 'claude-4' }],
    ['address', { ...terms, email: 'bob@example.com' }],
    ['justification', { ...terms, justification: 'Another course' }],
    ['missing justification', unjustified],
    ['duration', { ...terms, duration: '31d' }],
    ['missing duration', endless],
    ['budget', { ...terms, budget: { maxUsd: 26, period: '30d' } }],
    ['period of the budget', { ...terms, budget: { maxUsd: 25 } }],
    ['missing budget', unbounded],
  ])('tells another %s', (_what, other) => expect(sameTerms(terms, other)).toBe(false));
});
