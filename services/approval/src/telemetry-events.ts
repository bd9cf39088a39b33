import { counter } from '@keyledger/telemetry';
import type { EvaluationObserved } from './application/commands/evaluate-key-request.handler.ts';

const evaluations = counter({
  name: 'approval.request.evaluated',
  description: 'Runs of the policy chain',
  unit: '{run}',
  attributes: ['outcome'],
});

const silences = counter({
  name: 'approval.rule.missed',
  description: 'Rules that could not answer',
  unit: '{answer}',
  attributes: ['rule'],
});

/** A run of the chain was recorded. */
export const requestEvaluated: EvaluationObserved = ({ outcome, verdicts }) => {
  evaluations.add(1, { outcome });
  for (const { rule, verdict } of verdicts) if (verdict === 'unavailable') silences.add(1, { rule });
};
