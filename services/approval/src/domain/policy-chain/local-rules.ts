import { fnmatch } from './fnmatch.ts';
import type { Answer, HttpRule, PolicyRule, PolicySubject } from './policy-rule.ts';

export type LocalRule = Exclude<PolicyRule, HttpRule>;

/**
 * Addresses are compared without regard to case, on both sides. LLM Key Requestor compared the local part as it was
 * typed and the domain in lower case. Here an address identifies one person in lower case, for open requests and for
 * "nobody approves their own", and a rule must not judge two spellings of one person differently: `[!x]*@…` would be
 * passed with an `X`.
 */
const emailMatches = (email: string, pattern: string): boolean => fnmatch(email.toLowerCase(), pattern.toLowerCase());

/** Model names are compared as they are written: two spellings are two models at the issuer. */
export const matchingPattern = (modelId: string, patterns: readonly string[]): string | undefined =>
  patterns.find((pattern) => fnmatch(modelId, pattern));

const onMatch = (modelId: string, patterns: readonly string[], answer: (pattern: string) => Answer): Answer => {
  const pattern = matchingPattern(modelId, patterns);
  return pattern === undefined
    ? { verdict: 'continue', reason: `No pattern matches the model ${modelId}` }
    : answer(pattern);
};

/** The answer of a rule that needs nobody else. */
export const answerLocally = (rule: LocalRule, { modelId, email }: PolicySubject): Answer => {
  switch (rule.rule) {
    case 'whitelist':
      return onMatch(modelId, rule.patterns, (pattern) => ({
        verdict: 'approve',
        reason: `The model ${modelId} is approved for everybody (${pattern})`,
      }));
    case 'blacklist':
      return onMatch(modelId, rule.patterns, (pattern) => ({
        verdict: 'deny',
        reason: `The model ${modelId} is not given out (${pattern})`,
      }));
    case 'email':
      return emailMatches(email, rule.pattern)
        ? { verdict: 'approve', reason: `The address matches ${rule.pattern}` }
        : { verdict: 'deny', reason: `The address does not match ${rule.pattern}` };
    case 'humanintheloop':
      return onMatch(modelId, rule.patterns, (pattern) => ({
        verdict: 'review',
        reason: `Somebody has to look at requests for the model ${modelId} (${pattern})`,
      }));
  }
};
