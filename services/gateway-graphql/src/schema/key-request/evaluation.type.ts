import type { KeyRequestView, RuleVerdict } from '@keyledger/contracts-approval';
import { builder } from '../../builder.ts';
import { enumValues } from '../enum-values.ts';

type Evaluation = KeyRequestView['evaluations'][number];

const Verdict = builder.enumType('Verdict', {
  description: 'The answer of one rule.',
  values: enumValues<RuleVerdict['verdict']>({
    approve: 'Approve: the chain ends here.',
    deny: 'Deny: the chain ends here.',
    continue: 'No opinion: the next rule is asked.',
    review: 'A person shall decide.',
    unavailable: 'The rule could not answer; its `onError` says what then happens. Never counts as no opinion.',
  }),
});

const EvaluationOutcome = builder.enumType('EvaluationOutcome', {
  description: 'What a run of the policy came to.',
  values: enumValues<Evaluation['outcome']>({
    approved: 'A rule approved.',
    denied: 'A rule denied, or no rule approved.',
    review: 'A person shall decide.',
    deferred: 'A rule could not answer; the policy runs again later.',
  }),
});

const PolicyRuleVerdict = builder.objectRef<RuleVerdict>('PolicyRuleVerdict').implement({
  description: 'What one rule of the policy said about a request.',
  fields: (t) => ({
    index: t.exposeInt('index', { description: 'Place of the rule in the chain, from 0.' }),
    rule: t.exposeString('rule', { description: 'Kind of the rule, for example `whitelist`.' }),
    verdict: t.expose('verdict', { type: Verdict, description: 'Its answer.' }),
    reason: t.exposeString('reason', { description: 'Why, as a sentence for people.' }),
  }),
});

export const PolicyEvaluation = builder.objectRef<Evaluation>('PolicyEvaluation').implement({
  description: 'One run of the policy over a request.',
  fields: (t) => ({
    policyVersion: t.exposeInt('policyVersion', { description: 'The version of the policy that was run.' }),
    evaluatedAt: t.expose('evaluatedAt', { type: 'DateTime', description: 'When it was run.' }),
    verdicts: t.field({
      type: [PolicyRuleVerdict],
      description: 'The answers of the rules that were asked, in their order.',
      resolve: ({ verdicts }) => [...verdicts],
    }),
    outcome: t.expose('outcome', { type: EvaluationOutcome, description: 'What it came to.' }),
  }),
});
