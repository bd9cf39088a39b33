import type { KeyRequestView } from '@keyledger/contracts-approval';
import { builder } from '../../builder.ts';
import { enumValues } from '../enum-values.ts';

type Decision = NonNullable<KeyRequestView['decision']>;
type Failure = NonNullable<KeyRequestView['failure']>;

const DecisionOutcome = builder.enumType('DecisionOutcome', {
  description: 'How a request was decided.',
  values: enumValues<Decision['outcome']>({
    approved: 'A key is issued.',
    denied: 'No key is issued.',
    expired: 'Nobody decided in time; no key is issued.',
  }),
});

export const DecisionType = builder.objectRef<Decision>('Decision').implement({
  description: 'How a request was decided, by whom and why.',
  fields: (t) => ({
    outcome: t.expose('outcome', { type: DecisionOutcome, description: 'How it was decided.' }),
    decidedBy: t.exposeString('decidedBy', { description: 'A reviewer, or `service:approval` for the policy.' }),
    reason: t.exposeString('reason', { description: 'Why.' }),
    decidedAt: t.expose('decidedAt', { type: 'DateTime', description: 'When.' }),
  }),
});

const FailureStep = builder.enumType('FailureStep', {
  description: 'The step that gave up.',
  values: enumValues<Failure['step']>({
    issuing: 'The issuer gave no key.',
    delivery: 'The key was issued, but could not be delivered.',
  }),
});

export const KeyRequestFailure = builder.objectRef<Failure>('KeyRequestFailure').implement({
  description: 'Why an approved request came to no end. Not a denial: it can be taken up again.',
  fields: (t) => ({
    step: t.expose('step', { type: FailureStep, description: 'The step that gave up.' }),
    cause: t.exposeString('cause', { description: 'The kind of failure, for programs.' }),
    message: t.exposeString('message', { description: 'A sentence for people.' }),
    failedAt: t.expose('failedAt', { type: 'DateTime', description: 'When it gave up.' }),
  }),
});
