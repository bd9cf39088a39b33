import type { Evaluation, FailureStep, KeyRequestEvent, Terms } from './key-request.events.ts';

export type KeyRequestStatus = 'submitted' | 'in-review' | 'approved' | 'denied' | 'expired' | 'fulfilled' | 'failed';

export interface SubmittedKeyRequest {
  /** `submitted` may be waiting for a rule (`retryAt`). `failed` is approved all the same, and can be retried. */
  readonly status: KeyRequestStatus;
  readonly requestId: string;
  readonly terms: Terms;
  readonly submittedBy: string;
  readonly claimCodeHash: string;
  readonly submittedAt: string;
  readonly updatedAt: string;
  /** Every run of the policy chain, oldest first. */
  readonly evaluations: readonly Evaluation[];
  readonly decision?: {
    readonly outcome: 'approved' | 'denied' | 'expired';
    readonly decidedBy: string;
    readonly reason: string;
    readonly decidedAt: string;
  };
  readonly retryAt?: string;
  readonly expiresAt?: string;
  readonly failure?: {
    readonly step: FailureStep;
    readonly cause: string;
    readonly message: string;
    readonly failedAt: string;
  };
  /** Ids of the failures of other services that were taken in. */
  readonly factIds: readonly string[];
  /** Slot turn of the latest retry. */
  readonly retriedInTurn?: number;
  /** When it was last taken up again for want of an outcome. */
  readonly resumedAt?: string;
  /** Wrong claim codes, by the link that they were typed for; under `withoutLink` those given with the id alone. */
  readonly claimRejections?: Readonly<Record<string, ClaimRejections>>;
}

export const withoutLink = 'without-link';

export interface ClaimRejections {
  /** In a row. */
  readonly count: number;
  readonly lastAt: string;
  readonly lockedUntil?: string;
}

export type KeyRequest = { readonly status: 'absent' } | SubmittedKeyRequest;

export const initialKeyRequest: KeyRequest = { status: 'absent' };

/** One person has one identity, however the address is spelled. */
export const canonicalEmail = (email: string): string => email.toLowerCase();

/** An open request keeps the pair of address and model; another one for them cannot begin. */
export const isOpen = ({ status }: KeyRequest): boolean =>
  status === 'submitted' || status === 'in-review' || status === 'approved';

/** Nobody has decided about it. */
export const isUndecided = ({ status }: KeyRequest): boolean => status === 'submitted' || status === 'in-review';

/** The attempt that the next run of the policy chain would be. */
export const nextAttempt = ({ evaluations }: SubmittedKeyRequest): number => evaluations.length + 1;

/** Moves to `status`; what only the former status knew is forgotten. */
const moved = (
  state: SubmittedKeyRequest,
  status: KeyRequestStatus,
  updatedAt: string,
  also: Partial<SubmittedKeyRequest> = {},
): SubmittedKeyRequest => {
  const { retryAt: _retryAt, expiresAt: _expiresAt, failure: _failure, ...kept } = state;
  return { ...kept, ...also, status, updatedAt };
};

type EventData<Type extends KeyRequestEvent['type']> = Extract<KeyRequestEvent, { type: Type }>['data'];

const submitted = (data: EventData<'KeyRequestSubmitted'>): SubmittedKeyRequest => ({
  status: 'submitted',
  requestId: data.requestId,
  terms: data.terms,
  submittedBy: data.submittedBy,
  claimCodeHash: data.claimCodeHash,
  submittedAt: data.submittedAt,
  updatedAt: data.submittedAt,
  evaluations: [],
  factIds: [],
});

const evaluated = (state: SubmittedKeyRequest, data: EventData<'KeyRequestEvaluated'>): SubmittedKeyRequest => {
  const { attempt, policyVersion, evaluatedAt, verdicts, outcome } = data;
  const evaluations = [...state.evaluations, { attempt, policyVersion, evaluatedAt, verdicts, outcome }];
  return { ...state, evaluations, updatedAt: evaluatedAt };
};

const rejected = (state: SubmittedKeyRequest, data: EventData<'ClaimCodeRejected'>): SubmittedKeyRequest => {
  const { link = withoutLink, rejections: count, rejectedAt: lastAt, lockedUntil } = data;
  const rejections = { count, lastAt, ...(lockedUntil === undefined ? {} : { lockedUntil }) };
  return { ...state, claimRejections: { ...state.claimRejections, [link]: rejections } };
};

const evolveSubmitted = (state: SubmittedKeyRequest, { type, data }: KeyRequestEvent): SubmittedKeyRequest => {
  switch (type) {
    case 'KeyRequestSubmitted':
      return state;
    case 'KeyRequestEvaluated':
      return evaluated(state, data);
    case 'KeyRequestDeferred':
      return moved(state, 'submitted', data.deferredAt, { retryAt: data.retryAt });
    case 'KeyRequestSentToReview':
      return moved(state, 'in-review', data.sentAt, { expiresAt: data.expiresAt });
    case 'KeyRequestApproved': {
      const { approvedBy: decidedBy, reason, approvedAt: decidedAt } = data;
      return moved(state, 'approved', decidedAt, { decision: { outcome: 'approved', decidedBy, reason, decidedAt } });
    }
    case 'KeyRequestDenied': {
      const { deniedBy: decidedBy, reason, deniedAt: decidedAt } = data;
      return moved(state, 'denied', decidedAt, { decision: { outcome: 'denied', decidedBy, reason, decidedAt } });
    }
    case 'KeyRequestExpired': {
      const decision = { outcome: 'expired', decidedBy: EXPIRY, reason: EXPIRED, decidedAt: data.expiredAt } as const;
      return moved(state, 'expired', data.expiredAt, { decision });
    }
    case 'KeyRequestFulfilled':
      return moved(state, 'fulfilled', data.fulfilledAt);
    case 'KeyRequestFailed': {
      const { step, cause, message, failedAt } = data;
      const factIds = [...state.factIds, data.factId];
      return moved(state, 'failed', failedAt, { failure: { step, cause, message, failedAt }, factIds });
    }
    case 'KeyRequestRetried':
      return moved(state, 'approved', data.retriedAt, { retriedInTurn: data.slotTurn });
    case 'KeyRequestResumed':
      return moved(state, 'approved', data.resumedAt, { resumedAt: data.resumedAt });
    case 'ClaimCodeRejected':
      return rejected(state, data);
  }
};

const EXPIRY = 'service:approval';
const EXPIRED = 'Nobody decided in time';

export const evolveKeyRequest = (state: KeyRequest, event: KeyRequestEvent): KeyRequest => {
  if (state.status !== 'absent') return evolveSubmitted(state, event);
  return event.type === 'KeyRequestSubmitted' ? submitted(event.data) : state;
};
