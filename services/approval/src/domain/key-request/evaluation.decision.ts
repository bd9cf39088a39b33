import { accept, type Decision, ignore } from '@keyledger/event-sourcing';
import type { ConcludeEvaluation } from './key-request.commands.ts';
import type { KeyRequestEvent } from './key-request.events.ts';
import { nextAttempt, type SubmittedKeyRequest } from './key-request.state.ts';
import { approved, denied, subjectOf } from './outcome-events.ts';

/**
 * A run of the chain counts once: its attempt must be the next one. Two replicas that ran the chain at the same time, a
 * repeated event, and a run that was overtaken by a reviewer change nothing.
 */
export const concludeEvaluation = (
  data: ConcludeEvaluation['data'],
  state: SubmittedKeyRequest,
): Decision<KeyRequestEvent, never> => {
  if (state.status !== 'submitted') return ignore(`nothing to evaluate: ${state.status}`);
  if (data.evaluation.attempt !== nextAttempt(state)) return ignore('this run of the chain is already recorded');
  return accept(
    { type: 'KeyRequestEvaluated', data: { ...subjectOf(state), ...data.evaluation } },
    consequence(data, state),
  );
};

const consequence = (data: ConcludeEvaluation['data'], state: SubmittedKeyRequest): KeyRequestEvent => {
  const { evaluation, reason, now } = data;
  const { justification } = state.terms;
  switch (evaluation.outcome) {
    case 'approved':
      return approved(state, data);
    case 'denied':
      return denied(state, data);
    case 'review':
      return {
        type: 'KeyRequestSentToReview',
        data: {
          ...subjectOf(state),
          ...(justification === undefined ? {} : { justification }),
          reason,
          reviewers: [...data.reviewers],
          expiresAt: data.reviewExpiresAt,
          sentAt: now,
        },
      };
    case 'deferred':
      return {
        type: 'KeyRequestDeferred',
        data: {
          ...subjectOf(state),
          attempt: evaluation.attempt,
          reason,
          retryAt: data.retryAt,
          deferredAt: now,
        },
      };
  }
};
