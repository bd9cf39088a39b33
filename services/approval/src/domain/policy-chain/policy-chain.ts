import { answerLocally, matchingPattern } from './local-rules.ts';
import type { Answer, HttpRule, PolicyRule, PolicyRules, PolicySubject, RuleVerdict } from './policy-rule.ts';

/** Where one run of the chain ends. */
export interface Conclusion {
  readonly outcome: 'approved' | 'denied' | 'review' | 'deferred';
  readonly reason: string;
  /** Addresses to be told of a review. Empty: the administrators find it in the list. */
  readonly reviewers: readonly string[];
}

export interface ChainInput {
  readonly rules: PolicyRules;
  readonly subject: PolicySubject;
  /** 1 for the first run of the chain for this request. */
  readonly attempt: number;
  /** Runs after which an unreachable rule is no longer waited for. */
  readonly maxAttempts: number;
}

/** Either a rule has to be asked before the chain can go on, or the chain has ended. */
export type ChainProgress =
  | { readonly verdicts: readonly RuleVerdict[]; readonly ask: HttpRule }
  | { readonly verdicts: readonly RuleVerdict[]; readonly conclusion: Conclusion };

/**
 * Runs the chain as far as it goes without asking anybody. `verdicts` are those of the rules asked so far; when the
 * result says `ask`, call again with the verdict of that rule added (`answered`). The first verdict other than
 * `continue` ends the chain, and a chain that runs out denies.
 */
export const runChain = (input: ChainInput, verdicts: readonly RuleVerdict[] = []): ChainProgress => {
  const last = verdicts.at(-1);
  if (last !== undefined && last.verdict !== 'continue') return { verdicts, conclusion: conclude(input, last) };
  const rule = input.rules[verdicts.length];
  if (rule === undefined) return { verdicts, conclusion: nobodyApproved(input.rules) };
  if (rule.rule === 'http') return { verdicts, ask: rule };
  return runChain(input, answered(verdicts, rule, answerLocally(rule, input.subject)));
};

export const answered = (
  verdicts: readonly RuleVerdict[],
  { rule }: PolicyRule,
  { verdict, reason }: Answer,
): readonly RuleVerdict[] => [...verdicts, { index: verdicts.length, rule, verdict, reason }];

const nobodyApproved = (rules: PolicyRules): Conclusion => ({
  outcome: 'denied',
  reason:
    rules.length === 0 ? 'The approval policy has no rules' : 'No rule of the approval policy approved this request',
  reviewers: [],
});

const conclude = (input: ChainInput, { index, verdict, reason }: RuleVerdict): Conclusion => {
  switch (verdict) {
    case 'approve':
      return { outcome: 'approved', reason, reviewers: [] };
    case 'deny':
      return { outcome: 'denied', reason, reviewers: [] };
    case 'review':
      return { outcome: 'review', reason, reviewers: reviewersOf(input, input.rules[index]) };
    case 'unavailable':
      return withoutAnswer(input, input.rules[index], reason);
    case 'continue':
      return nobodyApproved(input.rules);
  }
};

/** The chain fails closed: a rule without an answer never lets the next one decide. */
const withoutAnswer = (input: ChainInput, rule: PolicyRule | undefined, reason: string): Conclusion => {
  const onError = rule?.rule === 'http' ? rule.onError : 'review';
  if (onError === 'deny') return { outcome: 'denied', reason, reviewers: [] };
  if (onError === 'retry' && input.attempt < input.maxAttempts) return { outcome: 'deferred', reason, reviewers: [] };
  return { outcome: 'review', reason, reviewers: reviewersOf(input) };
};

/** The reviewer whom the rule names; for a rule that names nobody, those whom other rules name for the model. */
const reviewersOf = ({ rules, subject }: ChainInput, asking?: PolicyRule): string[] => {
  if (asking?.rule === 'humanintheloop') return [asking.reviewer];
  const concerned = rules.flatMap((rule) =>
    rule.rule === 'humanintheloop' && matchingPattern(subject.modelId, rule.patterns) !== undefined
      ? [rule.reviewer]
      : [],
  );
  return [...new Set(concerned)];
};
