import {
  issuerKeyId,
  leaseEvents as issuingEvents,
  leaseId,
  leaseIssued,
  leaseIssueFailed,
  leaseKeySealed,
  leaseStarted,
  requestId,
  secondKeyId,
} from './lease.examples.ts';
import type { LeaseCommand, LeaseEvent } from './lease.messages.ts';

type EventOfType<Type extends LeaseEvent['type']> = Extract<LeaseEvent, { type: Type }>;
type CommandOfType<Type extends LeaseCommand['type']> = Extract<LeaseCommand, { type: Type }>;

const subject = { leaseId, requestId, generation: 1 };
const owner = 'ada@example.com';
export const changeId = '01930f60-1111-7c4e-9d5a-2f8f4f0f6d11';
export const otherChangeId = '01930f60-2222-7c4e-9d5a-2f8f4f0f6d11';
export const rotationId = '01930f60-3333-7c4e-9d5a-2f8f4f0f6d11';
export const bulkId = '01930f60-4444-7c4e-9d5a-2f8f4f0f6d11';
const secondMask = 'sk-b...wxyz';

const at = '2026-11-22T08:00:00.000Z';
const then = '2026-11-22T08:00:01.000Z';

/** A lease with its first key. */
export const issued: readonly LeaseEvent[] = [leaseStarted, leaseKeySealed, leaseIssued];

export const leaseKeyRequested: EventOfType<'LeaseKeyRequested'> = {
  type: 'LeaseKeyRequested',
  data: { ...subject, alias: `${leaseId}-g1`, keysFrom: 'issuer', requestedAt: '2026-11-21T08:00:01.000Z' },
};

export const custodianAsked: EventOfType<'LeaseKeyRequested'> = {
  type: 'LeaseKeyRequested',
  data: { ...leaseKeyRequested.data, keysFrom: 'custodian' },
};

export const leaseKeyLost: EventOfType<'LeaseKeyLost'> = {
  type: 'LeaseKeyLost',
  data: {
    ...subject,
    alias: `${leaseId}-g1`,
    next: { generation: 2, alias: `${leaseId}-g2` },
    lostAt: '2026-11-21T08:01:00.000Z',
  },
};

export const leaseRenewalStarted: EventOfType<'LeaseRenewalStarted'> = {
  type: 'LeaseRenewalStarted',
  data: { ...subject, changeId, expiresAt: '2027-01-20T08:00:00.000Z', startedAt: at },
};

export const leaseRenewed: EventOfType<'LeaseRenewed'> = {
  type: 'LeaseRenewed',
  data: { ...subject, changeId, owner, expiresAt: '2027-01-20T08:00:01.000Z', renewedAt: then },
};

const limits = {
  modelIds: ['gpt-4o'],
  budget: { maxUsd: 50, period: '30d' },
  softBudgetUsd: 40,
  rateLimits: { requestsPerMinute: 60, tokensPerMinute: 100_000, parallelRequests: 4 },
};

export const leaseLimitsChangeStarted: EventOfType<'LeaseLimitsChangeStarted'> = {
  type: 'LeaseLimitsChangeStarted',
  data: { ...subject, changeId, ...limits, startedAt: at },
};

export const leaseLimitsChanged: EventOfType<'LeaseLimitsChanged'> = {
  type: 'LeaseLimitsChanged',
  data: { ...subject, changeId, owner, ...limits, changedAt: then },
};

const reason = 'The laptop was lost';

export const leaseSuspensionStarted: EventOfType<'LeaseSuspensionStarted'> = {
  type: 'LeaseSuspensionStarted',
  data: { ...subject, changeId, reason, startedAt: at },
};

export const leaseSuspended: EventOfType<'LeaseSuspended'> = {
  type: 'LeaseSuspended',
  data: { ...subject, changeId, owner, reason, suspendedAt: then },
};

export const leaseResumptionStarted: EventOfType<'LeaseResumptionStarted'> = {
  type: 'LeaseResumptionStarted',
  data: { ...subject, changeId: otherChangeId, startedAt: at },
};

export const leaseResumed: EventOfType<'LeaseResumed'> = {
  type: 'LeaseResumed',
  data: { ...subject, changeId: otherChangeId, owner, resumedAt: then },
};

export const leaseChangeFailed: EventOfType<'LeaseChangeFailed'> = {
  type: 'LeaseChangeFailed',
  data: {
    ...subject,
    changeId,
    change: 'renewal',
    cause: 'order-refused',
    message: 'The issuer refuses',
    failedAt: then,
  },
};

export const leaseRotationStarted: EventOfType<'LeaseRotationStarted'> = {
  type: 'LeaseRotationStarted',
  data: {
    ...subject,
    generation: 2,
    rotationId,
    alias: `${leaseId}-g2`,
    graceMs: 86_400_000,
    reason: 'Every quarter',
    expiresAt: '2027-02-20T08:00:00.000Z',
    startedAt: at,
  },
};

export const successorSealed: EventOfType<'LeaseKeySealed'> = {
  type: 'LeaseKeySealed',
  data: { ...subject, generation: 2, issuerKeyId: secondKeyId, mask: secondMask, sealedAt: at },
};

export const leaseRotated: EventOfType<'LeaseRotated'> = {
  type: 'LeaseRotated',
  data: {
    ...subject,
    generation: 2,
    rotationId,
    issuer: 'litellm',
    owner,
    modelIds: ['gpt-4o-mini'],
    delivery: { channel: 'emailLink' },
    alias: `${leaseId}-g2`,
    issuerKeyId: secondKeyId,
    mask: secondMask,
    expiresAt: '2027-02-20T08:00:00.000Z',
    gatewayUrl: 'https://llm.example.com',
    retiring: { issuerKeyId, generation: 1, endsAt: '2026-11-23T08:00:01.000Z' },
    rotatedAt: then,
  },
};

export const leaseBudgetCarriedOver: EventOfType<'LeaseBudgetCarriedOver'> = {
  type: 'LeaseBudgetCarriedOver',
  data: {
    ...subject,
    generation: 2,
    rotationId,
    spentUsd: 4.25,
    budget: { maxUsd: 5.75, period: '30d' },
    until: '2026-12-01T00:00:00.000Z',
    carriedAt: at,
  },
};

export const leaseRotationFailed: EventOfType<'LeaseRotationFailed'> = {
  type: 'LeaseRotationFailed',
  data: {
    ...subject,
    generation: 2,
    rotationId,
    cause: 'issuer-unavailable',
    message: 'No answer in time',
    mayExistAtIssuer: true,
    failedAt: '2026-11-22T08:16:00.000Z',
  },
};

export const leaseRotationDelivered: EventOfType<'LeaseRotationDelivered'> = {
  type: 'LeaseRotationDelivered',
  data: { ...subject, generation: 2, deliveredAt: '2026-11-22T08:00:02.000Z' },
};

export const leaseKeyRetirementOrdered: EventOfType<'LeaseKeyRetirementOrdered'> = {
  type: 'LeaseKeyRetirementOrdered',
  data: {
    ...subject,
    issuerKeyId,
    reason: 'The mail does not arrive',
    orderedBy: 'user:grace',
    orderedAt: '2026-11-22T09:00:00.000Z',
  },
};

export const leaseKeyRetired: EventOfType<'LeaseKeyRetired'> = {
  type: 'LeaseKeyRetired',
  data: { ...subject, owner, issuerKeyId, retiredAt: '2026-11-23T08:00:02.000Z' },
};

export const leaseRevocationStarted: EventOfType<'LeaseRevocationStarted'> = {
  type: 'LeaseRevocationStarted',
  data: { ...subject, reason: 'The project is over', bulkId, startedAt: at },
};

export const leaseRevoked: EventOfType<'LeaseRevoked'> = {
  type: 'LeaseRevoked',
  data: { ...subject, owner, reason: 'The project is over', bulkId, revokedAt: then },
};

export const firstKeyDiscarded: EventOfType<'LeaseKeyDiscarded'> = {
  type: 'LeaseKeyDiscarded',
  data: { ...subject, issuerKeyId, discardedAt: then },
};

export const leaseExpiryStarted: EventOfType<'LeaseExpiryStarted'> = {
  type: 'LeaseExpiryStarted',
  data: { ...subject, expiresAt: '2026-12-21T08:00:02.000Z', startedAt: '2026-12-21T08:00:30.000Z' },
};

export const leaseExpired: EventOfType<'LeaseExpired'> = {
  type: 'LeaseExpired',
  data: { ...subject, owner, expiresAt: '2026-12-21T08:00:02.000Z', expiredAt: '2026-12-21T08:00:31.000Z' },
};

export const leaseEndingDelayed: EventOfType<'LeaseEndingDelayed'> = {
  type: 'LeaseEndingDelayed',
  data: { ...subject, cause: 'credential-refused', message: 'The issuer does not know you', delayedAt: then },
};

export const leaseKeyEndRequested: EventOfType<'LeaseKeyEndRequested'> = {
  type: 'LeaseKeyEndRequested',
  data: { ...subject, issuerKeyId, requestedAt: then },
};

export const leaseKeyEndConfirmed: EventOfType<'LeaseKeyEndConfirmed'> = {
  type: 'LeaseKeyEndConfirmed',
  data: { ...subject, issuerKeyId, confirmedBy: 'user:grace', confirmedAt: '2026-11-22T09:00:00.000Z' },
};

/** One of each type at least. */
export const leaseEvents: readonly LeaseEvent[] = [
  ...issuingEvents,
  leaseKeyRequested,
  custodianAsked,
  leaseKeyLost,
  leaseRenewalStarted,
  leaseRenewed,
  leaseLimitsChangeStarted,
  leaseLimitsChanged,
  leaseSuspensionStarted,
  leaseSuspended,
  leaseResumptionStarted,
  leaseResumed,
  leaseChangeFailed,
  leaseRotationStarted,
  leaseBudgetCarriedOver,
  successorSealed,
  leaseRotated,
  leaseRotationFailed,
  leaseRotationDelivered,
  leaseKeyRetirementOrdered,
  leaseKeyRetired,
  leaseRevocationStarted,
  leaseRevoked,
  firstKeyDiscarded,
  leaseExpiryStarted,
  leaseExpired,
  leaseEndingDelayed,
  leaseKeyEndRequested,
  leaseKeyEndConfirmed,
];

export const renewLease: CommandOfType<'RenewLease'> = {
  type: 'RenewLease',
  data: { leaseId, changeId, expiresAt: leaseRenewalStarted.data.expiresAt, now: at },
};

export const changeLeaseLimits: CommandOfType<'ChangeLeaseLimits'> = {
  type: 'ChangeLeaseLimits',
  data: { leaseId, changeId, limits, now: at },
};

export const suspendLease: CommandOfType<'SuspendLease'> = {
  type: 'SuspendLease',
  data: { leaseId, changeId, reason, now: at },
};

export const resumeLease: CommandOfType<'ResumeLease'> = {
  type: 'ResumeLease',
  data: { leaseId, changeId: otherChangeId, now: at },
};

export const recordLeaseChanged: CommandOfType<'RecordLeaseChanged'> = {
  type: 'RecordLeaseChanged',
  data: { leaseId, changeId, now: then },
};

export const recordChangeFailed: CommandOfType<'RecordChangeFailed'> = {
  type: 'RecordChangeFailed',
  data: { leaseId, changeId, cause: 'order-refused', message: 'The issuer refuses', now: then },
};

export const rotateLease: CommandOfType<'RotateLease'> = {
  type: 'RotateLease',
  data: {
    leaseId,
    rotationId,
    graceMs: 86_400_000,
    reason: 'Every quarter',
    expiresAt: '2027-02-20T08:00:00.000Z',
    now: at,
  },
};

export const recordBudgetCarriedOver: CommandOfType<'RecordBudgetCarriedOver'> = {
  type: 'RecordBudgetCarriedOver',
  data: { leaseId, generation: 2, spentUsd: 4.25, resetsAt: '2026-12-01T00:00:00.000Z', now: at },
};

export const recordSuccessorIssued: CommandOfType<'RecordKeyIssued'> = {
  type: 'RecordKeyIssued',
  data: {
    leaseId,
    generation: 2,
    gatewayUrl: 'https://llm.example.com',
    expiresAt: '2027-02-20T08:00:00.000Z',
    now: then,
  },
};

export const recordSuccessorFailed: CommandOfType<'RecordIssueFailed'> = {
  type: 'RecordIssueFailed',
  data: {
    leaseId,
    generation: 2,
    cause: 'issuer-unavailable',
    message: 'No answer in time',
    mayExistAtIssuer: true,
    now: leaseRotationFailed.data.failedAt,
  },
};

export const recordRotationDelivered: CommandOfType<'RecordRotationDelivered'> = {
  type: 'RecordRotationDelivered',
  data: { leaseId, generation: 2, now: leaseRotationDelivered.data.deliveredAt },
};

export const retireKey: CommandOfType<'RetireKey'> = {
  type: 'RetireKey',
  data: {
    leaseId,
    generation: 1,
    reason: 'The mail does not arrive',
    orderedBy: 'user:grace',
    now: leaseKeyRetirementOrdered.data.orderedAt,
  },
};

export const recordKeyRetired: CommandOfType<'RecordKeyRetired'> = {
  type: 'RecordKeyRetired',
  data: { leaseId, issuerKeyId, now: leaseKeyRetired.data.retiredAt },
};

export const revokeLease: CommandOfType<'RevokeLease'> = {
  type: 'RevokeLease',
  data: { leaseId, reason: 'The project is over', bulkId, now: at },
};

export const expireLease: CommandOfType<'ExpireLease'> = {
  type: 'ExpireLease',
  data: { leaseId, now: leaseExpiryStarted.data.startedAt },
};

export const finishEnding: CommandOfType<'FinishEnding'> = { type: 'FinishEnding', data: { leaseId, now: then } };

export const recordEndingDelayed: CommandOfType<'RecordEndingDelayed'> = {
  type: 'RecordEndingDelayed',
  data: { leaseId, cause: 'credential-refused', message: 'The issuer does not know you', now: then },
};

export const recordKeyEndRequested: CommandOfType<'RecordKeyEndRequested'> = {
  type: 'RecordKeyEndRequested',
  data: { leaseId, issuerKeyId, now: then },
};

export const confirmKeyEnded: CommandOfType<'ConfirmKeyEnded'> = {
  type: 'ConfirmKeyEnded',
  data: { leaseId, issuerKeyId, confirmedBy: 'user:grace', now: leaseKeyEndConfirmed.data.confirmedAt },
};

/** After the failed start of a lease that was revoked while its key was made. */
export const failedByRevocation: EventOfType<'LeaseIssueFailed'> = {
  type: 'LeaseIssueFailed',
  data: {
    ...leaseIssueFailed.data,
    cause: 'revoked',
    message: 'The lease was revoked: The project is over',
    failedAt: at,
  },
};
