import type { KeyRequestEvent } from './key-request.events.ts';
import type { SubmittedKeyRequest } from './key-request.state.ts';

interface DecisionData {
  readonly decidedBy: string;
  readonly reason: string;
  readonly now: string;
}

export const subjectOf = ({ requestId, terms: { modelId, email } }: SubmittedKeyRequest) => ({
  requestId,
  modelId,
  email,
});

export const approved = (state: SubmittedKeyRequest, { decidedBy, reason, now }: DecisionData): KeyRequestEvent => {
  const { justification: _justification, ...terms } = state.terms;
  return {
    type: 'KeyRequestApproved',
    data: { ...subjectOf(state), terms, approvedBy: decidedBy, reason, approvedAt: now },
  };
};

export const denied = (state: SubmittedKeyRequest, { decidedBy, reason, now }: DecisionData): KeyRequestEvent => ({
  type: 'KeyRequestDenied',
  data: { ...subjectOf(state), deniedBy: decidedBy, reason, deniedAt: now },
});
