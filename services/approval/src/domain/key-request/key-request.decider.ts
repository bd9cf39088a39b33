import { accept, type Decider, type Decision, ignore, refuse } from '@keyledger/event-sourcing';
import { proveClaim } from './claim-code.decision.ts';
import { concludeEvaluation } from './evaluation.decision.ts';
import type { KeyRequestCommand, KeyRequestRefusal } from './key-request.commands.ts';
import type { KeyRequestEvent } from './key-request.events.ts';
import {
  canonicalEmail,
  evolveKeyRequest,
  initialKeyRequest,
  isUndecided,
  type KeyRequest,
  type SubmittedKeyRequest,
} from './key-request.state.ts';
import { approved, denied, subjectOf } from './outcome-events.ts';
import { retryableFrom } from './stalled.ts';

type Outcome = Decision<KeyRequestEvent, KeyRequestRefusal>;
type Data<Type extends KeyRequestCommand['type']> = Extract<KeyRequestCommand, { type: Type }>['data'];

const submit = (data: Data<'SubmitKeyRequest'>, state: KeyRequest): Outcome => {
  if (state.status !== 'absent') return ignore('this request is already submitted');
  const { requestId, terms, submittedBy, claimCodeHash, now: submittedAt } = data;
  const { modelId, email } = terms;
  return accept({
    type: 'KeyRequestSubmitted',
    data: { requestId, modelId, email, terms, submittedBy, claimCodeHash, submittedAt },
  });
};

/** The key would go to the decider, or the decider asked for it on behalf of somebody. */
const isOwn = (state: SubmittedKeyRequest, decidedBy: string): boolean =>
  canonicalEmail(decidedBy) === canonicalEmail(state.terms.email) ||
  canonicalEmail(decidedBy) === canonicalEmail(state.submittedBy);

const isSameDecision = (
  { decision }: SubmittedKeyRequest,
  outcome: 'approved' | 'denied',
  { decidedBy, reason }: Data<'ApproveKeyRequest'>,
): boolean => decision?.outcome === outcome && decision.decidedBy === decidedBy && decision.reason === reason;

const approve = (data: Data<'ApproveKeyRequest'>, state: SubmittedKeyRequest): Outcome => {
  if (isSameDecision(state, 'approved', data)) return ignore('already approved by this decision');
  if (!isUndecided(state)) return refuse('already-decided');
  if (isOwn(state, data.decidedBy)) return refuse('own-request');
  return accept(approved(state, data));
};

const deny = (data: Data<'DenyKeyRequest'>, state: SubmittedKeyRequest): Outcome => {
  if (isSameDecision(state, 'denied', data)) return ignore('already denied by this decision');
  if (!isUndecided(state)) return refuse('already-decided');
  return accept(denied(state, data));
};

const expire = ({ now }: Data<'ExpireKeyRequest'>, state: SubmittedKeyRequest): Outcome => {
  if (state.status !== 'in-review') return ignore('not in review');
  if (state.expiresAt !== undefined && now < state.expiresAt) return ignore('not due');
  return accept({ type: 'KeyRequestExpired', data: { ...subjectOf(state), expiredAt: now } });
};

/** Also after a failure: the delivery that was given up on has arrived after all. */
const fulfil = ({ deliveryId, now }: Data<'FulfilKeyRequest'>, state: SubmittedKeyRequest): Outcome =>
  state.status === 'approved' || state.status === 'failed'
    ? accept({ type: 'KeyRequestFulfilled', data: { ...subjectOf(state), deliveryId, fulfilledAt: now } })
    : ignore(`nothing to fulfil: ${state.status}`);

/** A failure of an earlier try may arrive again after a retry; it must not end the new try. */
const fail = ({ now, ...failure }: Data<'FailKeyRequest'>, state: SubmittedKeyRequest): Outcome => {
  if (state.factIds.includes(failure.factId)) return ignore('this failure is already known');
  if (state.status !== 'approved') return ignore(`nothing to fail: ${state.status}`);
  return accept({ type: 'KeyRequestFailed', data: { ...subjectOf(state), ...failure, failedAt: now } });
};

const retry = ({ slotTurn, now }: Data<'RetryKeyRequest'>, state: SubmittedKeyRequest): Outcome => {
  if (state.retriedInTurn !== undefined && state.retriedInTurn >= slotTurn) return ignore('already retried');
  if (state.failure === undefined) return refuse('not-failed');
  const { step } = state.failure;
  return accept({ type: 'KeyRequestRetried', data: { ...subjectOf(state), step, slotTurn, retriedAt: now } });
};

/** Nothing begins anew: those who have a part in it tell once more what they did. */
const resume = ({ now }: Data<'ResumeKeyRequest'>, state: SubmittedKeyRequest): Outcome => {
  const from = retryableFrom(state);
  if (state.status !== 'approved' || from === undefined) return refuse('not-failed');
  if (now >= from) return accept({ type: 'KeyRequestResumed', data: { ...subjectOf(state), resumedAt: now } });
  const isTakenUp = state.resumedAt !== undefined || state.retriedInTurn !== undefined;
  return isTakenUp ? ignore('already being retried') : refuse('not-failed');
};

const decideSubmitted = (
  command: Exclude<KeyRequestCommand, { type: 'SubmitKeyRequest' }>,
  state: SubmittedKeyRequest,
): Outcome => {
  switch (command.type) {
    case 'ConcludeEvaluation':
      return concludeEvaluation(command.data, state);
    case 'ApproveKeyRequest':
      return approve(command.data, state);
    case 'DenyKeyRequest':
      return deny(command.data, state);
    case 'ExpireKeyRequest':
      return expire(command.data, state);
    case 'FulfilKeyRequest':
      return fulfil(command.data, state);
    case 'FailKeyRequest':
      return fail(command.data, state);
    case 'RetryKeyRequest':
      return retry(command.data, state);
    case 'ResumeKeyRequest':
      return resume(command.data, state);
    case 'ProveClaim':
      return proveClaim(command.data, state);
  }
};

const decide = (command: KeyRequestCommand, state: KeyRequest): Outcome => {
  if (command.type === 'SubmitKeyRequest') return submit(command.data, state);
  if (state.status !== 'absent') return decideSubmitted(command, state);
  // Whoever guesses at codes does not learn which requests exist.
  return refuse(command.type === 'ProveClaim' ? 'wrong-code' : 'key-request-not-found');
};

export const keyRequest: Decider<KeyRequest, KeyRequestCommand, KeyRequestEvent, KeyRequestRefusal> = {
  initialState: initialKeyRequest,
  evolve: evolveKeyRequest,
  decide,
};
