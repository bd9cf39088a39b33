import type { ConcludeEvaluation } from './key-request.commands.ts';
import type { Evaluation, KeyRequestEvent, Terms } from './key-request.events.ts';

type Example<Type extends KeyRequestEvent['type']> = Extract<KeyRequestEvent, { type: Type }>;

export const requestId = '01890a5d-ac96-774b-bcce-b302099a8057';
export const deliveryId = '01890a5d-ac96-774b-bcce-b302099a8058';

export const terms: Terms = {
  modelId: 'claude-3',
  email: 'Ada@example.com',
  justification: 'Course on compilers',
  duration: '30d',
  budget: { maxUsd: 25, period: '30d' },
  delivery: { channel: 'emailLink' },
};

const subject = { requestId, modelId: terms.modelId, email: terms.email };

export const submitted: Example<'KeyRequestSubmitted'> = {
  type: 'KeyRequestSubmitted',
  data: {
    ...subject,
    terms,
    submittedBy: 'Ada@example.com',
    claimCodeHash: 'hash-of-the-right-code',
    submittedAt: '2026-01-05T08:00:00.000Z',
  },
};

export const reviewEvaluation: Evaluation = {
  attempt: 1,
  policyVersion: 3,
  evaluatedAt: '2026-01-05T08:00:01.000Z',
  verdicts: [
    { index: 0, rule: 'blacklist', verdict: 'continue', reason: 'No pattern matches the model claude-3' },
    { index: 1, rule: 'humanintheloop', verdict: 'review', reason: 'Somebody has to look (claude*)' },
  ],
  outcome: 'review',
};

export const deferredEvaluation: Evaluation = {
  attempt: 1,
  policyVersion: 3,
  evaluatedAt: '2026-01-05T08:00:06.000Z',
  verdicts: [{ index: 0, rule: 'http', verdict: 'unavailable', reason: 'It did not answer in time' }],
  outcome: 'deferred',
};

export const evaluated = (evaluation: Evaluation): Example<'KeyRequestEvaluated'> => ({
  type: 'KeyRequestEvaluated',
  data: { ...subject, ...evaluation },
});

export const sentToReview: Example<'KeyRequestSentToReview'> = {
  type: 'KeyRequestSentToReview',
  data: {
    ...subject,
    justification: 'Course on compilers',
    reason: 'Somebody has to look (claude*)',
    reviewers: ['rita@example.com'],
    expiresAt: '2026-01-19T08:00:01.000Z',
    sentAt: '2026-01-05T08:00:01.000Z',
  },
};

export const deferred: Example<'KeyRequestDeferred'> = {
  type: 'KeyRequestDeferred',
  data: {
    ...subject,
    attempt: 1,
    reason: 'It did not answer in time',
    retryAt: '2026-01-05T08:05:06.000Z',
    deferredAt: '2026-01-05T08:00:06.000Z',
  },
};

export const approved: Example<'KeyRequestApproved'> = {
  type: 'KeyRequestApproved',
  data: {
    ...subject,
    terms: {
      modelId: 'claude-3',
      email: 'Ada@example.com',
      duration: '30d',
      budget: { maxUsd: 25, period: '30d' },
      delivery: { channel: 'emailLink' },
    },
    approvedBy: 'rita@example.com',
    reason: 'Fine for the course',
    approvedAt: '2026-01-05T09:00:00.000Z',
  },
};

export const denied: Example<'KeyRequestDenied'> = {
  type: 'KeyRequestDenied',
  data: {
    ...subject,
    deniedBy: 'rita@example.com',
    reason: 'Use the local model',
    deniedAt: '2026-01-05T09:00:00.000Z',
  },
};

export const expired: Example<'KeyRequestExpired'> = {
  type: 'KeyRequestExpired',
  data: { ...subject, expiredAt: '2026-01-19T08:00:02.000Z' },
};

export const fulfilled: Example<'KeyRequestFulfilled'> = {
  type: 'KeyRequestFulfilled',
  data: { ...subject, deliveryId, fulfilledAt: '2026-01-05T09:00:03.000Z' },
};

export const issuingFailed: Example<'KeyRequestFailed'> = {
  type: 'KeyRequestFailed',
  data: {
    ...subject,
    step: 'issuing',
    cause: 'issuer-unavailable',
    message: 'LiteLLM did not answer',
    factId: '01890a5d-ac96-774b-bcce-b30209900001',
    failedAt: '2026-01-05T09:10:00.000Z',
  },
};

export const retried: Example<'KeyRequestRetried'> = {
  type: 'KeyRequestRetried',
  data: { ...subject, step: 'issuing', slotTurn: 2, retriedAt: '2026-01-05T10:00:00.000Z' },
};

export const resumed: Example<'KeyRequestResumed'> = {
  type: 'KeyRequestResumed',
  data: { ...subject, resumedAt: '2026-01-05T11:00:00.000Z' },
};

export const codeRejected = (
  rejections: number,
  rejectedAt: string,
  lockedUntil?: string,
): Example<'ClaimCodeRejected'> => ({
  type: 'ClaimCodeRejected',
  data: { requestId, rejections, rejectedAt, ...(lockedUntil === undefined ? {} : { lockedUntil }) },
});

export const conclude = (
  evaluation: Evaluation,
  also: Partial<ConcludeEvaluation['data']> = {},
): ConcludeEvaluation => ({
  type: 'ConcludeEvaluation',
  data: {
    evaluation,
    reason: 'The reason of the rule',
    decidedBy: 'service:approval',
    reviewers: [],
    retryAt: '2026-01-05T08:05:06.000Z',
    reviewExpiresAt: '2026-01-19T08:00:01.000Z',
    now: evaluation.evaluatedAt,
    ...also,
  },
});
