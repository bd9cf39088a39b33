import type { LeaseCommand, LeaseEvent } from './lease.messages.ts';
import type { LeaseTerms } from './lease.terms.ts';

type EventOfType<Type extends LeaseEvent['type']> = Extract<LeaseEvent, { type: Type }>;
type CommandOfType<Type extends LeaseCommand['type']> = Extract<LeaseCommand, { type: Type }>;

export const leaseId = '2f1d9f0e-6f0a-5f0b-9d9e-0a4b8f5d7c11';
export const requestId = '01930f5e-7d3c-7c4e-9d5a-2f8f4f0f6d11';
export const issuerKeyId = 'a1'.repeat(32);
export const secondKeyId = 'b2'.repeat(32);
const retryId = '01930f5e-9000-7c4e-9d5a-2f8f4f0f6d11';
export const secondRetryId = '01930f5e-9999-7c4e-9d5a-2f8f4f0f6d11';

export const terms: LeaseTerms = {
  requestId,
  issuer: 'litellm',
  owner: 'ada@example.com',
  modelIds: ['gpt-4o-mini'],
  duration: '30d',
  budget: { maxUsd: 25, period: '30d' },
  delivery: { channel: 'emailLink' },
};

const subject = { leaseId, requestId, generation: 1 };
const second = { leaseId, requestId, generation: 2 };
const mask = 'sk-a...wxyz';

export const leaseStarted: EventOfType<'LeaseStarted'> = {
  type: 'LeaseStarted',
  data: { ...subject, ...terms, alias: `${leaseId}-g1`, startedAt: '2026-11-21T08:00:00.000Z' },
};

export const leaseKeySealed: EventOfType<'LeaseKeySealed'> = {
  type: 'LeaseKeySealed',
  data: { ...subject, issuerKeyId, mask, sealedAt: '2026-11-21T08:00:01.000Z' },
};

export const leaseIssued: EventOfType<'LeaseIssued'> = {
  type: 'LeaseIssued',
  data: {
    ...subject,
    issuer: 'litellm',
    owner: 'ada@example.com',
    modelIds: ['gpt-4o-mini'],
    delivery: { channel: 'emailLink' },
    alias: `${leaseId}-g1`,
    issuerKeyId,
    mask,
    expiresAt: '2026-12-21T08:00:02.000Z',
    gatewayUrl: 'https://llm.example.com',
    issuedAt: '2026-11-21T08:00:02.000Z',
  },
};

export const leaseIssueFailed: EventOfType<'LeaseIssueFailed'> = {
  type: 'LeaseIssueFailed',
  data: {
    ...subject,
    cause: 'issuer-unavailable',
    message: 'No answer in time. LiteLLM cannot be reached: ECONNREFUSED',
    mayExistAtIssuer: true,
    failedAt: '2026-11-21T08:15:02.000Z',
  },
};

export const aliasWasTaken: EventOfType<'LeaseIssueFailed'> = {
  type: 'LeaseIssueFailed',
  data: { ...leaseIssueFailed.data, cause: 'alias-taken', message: 'The name is taken', mayExistAtIssuer: false },
};

export const secretWasUnreadable: EventOfType<'LeaseIssueFailed'> = {
  type: 'LeaseIssueFailed',
  data: { ...leaseIssueFailed.data, cause: 'secret-unreadable', message: 'The key cannot be opened' },
};

/** After a failure that does not end the generation. */
export const leaseIssueRetried: EventOfType<'LeaseIssueRetried'> = {
  type: 'LeaseIssueRetried',
  data: { ...subject, alias: `${leaseId}-g1`, retryId, retriedAt: '2026-11-21T09:00:00.000Z' },
};

/** After one that does. */
export const secondGenerationStarted: EventOfType<'LeaseIssueRetried'> = {
  type: 'LeaseIssueRetried',
  data: { ...second, alias: `${leaseId}-g2`, retryId, retriedAt: '2026-11-21T09:00:00.000Z' },
};

export const leaseKeyDiscarded: EventOfType<'LeaseKeyDiscarded'> = {
  type: 'LeaseKeyDiscarded',
  data: { ...second, issuerKeyId, discardedAt: '2026-11-21T09:00:01.000Z' },
};

export const leaseEvents: readonly LeaseEvent[] = [
  leaseStarted,
  leaseKeySealed,
  leaseIssued,
  leaseIssueFailed,
  leaseIssueRetried,
  leaseKeyDiscarded,
];

export const startLease: CommandOfType<'StartLease'> = {
  type: 'StartLease',
  data: { leaseId, terms, now: leaseStarted.data.startedAt },
};

export const recordKeySealed: CommandOfType<'RecordKeySealed'> = {
  type: 'RecordKeySealed',
  data: { leaseId, generation: 1, issuerKeyId, mask, now: leaseKeySealed.data.sealedAt },
};

export const recordKeyIssued: CommandOfType<'RecordKeyIssued'> = {
  type: 'RecordKeyIssued',
  data: {
    leaseId,
    generation: 1,
    gatewayUrl: 'https://llm.example.com',
    expiresAt: '2026-12-21T08:00:02.000Z',
    now: leaseIssued.data.issuedAt,
  },
};

export const recordIssueFailed: CommandOfType<'RecordIssueFailed'> = {
  type: 'RecordIssueFailed',
  data: {
    leaseId,
    generation: 1,
    cause: 'issuer-unavailable',
    message: leaseIssueFailed.data.message,
    mayExistAtIssuer: true,
    now: leaseIssueFailed.data.failedAt,
  },
};

export const recordKeyDiscarded: CommandOfType<'RecordKeyDiscarded'> = {
  type: 'RecordKeyDiscarded',
  data: { leaseId, issuerKeyId, now: leaseKeyDiscarded.data.discardedAt },
};

export const retryLease: CommandOfType<'RetryLease'> = {
  type: 'RetryLease',
  data: { leaseId, retryId, now: leaseIssueRetried.data.retriedAt },
};
