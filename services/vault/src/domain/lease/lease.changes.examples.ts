import { leaseId } from './lease.examples.ts';
import { begun, done, owner, subject } from './lease.making.examples.ts';
import type { LeaseCommand, LeaseEvent } from './lease.messages.ts';

type EventOfType<Type extends LeaseEvent['type']> = Extract<LeaseEvent, { type: Type }>;

type CommandOfType<Type extends LeaseCommand['type']> = Extract<LeaseCommand, { type: Type }>;

export const changeId = '01930f60-1111-7c4e-9d5a-2f8f4f0f6d11';

export const otherChangeId = '01930f60-2222-7c4e-9d5a-2f8f4f0f6d11';

export const leaseRenewalStarted: EventOfType<'LeaseRenewalStarted'> = {
  type: 'LeaseRenewalStarted',
  data: { ...subject, changeId, expiresAt: '2027-01-20T08:00:00.000Z', startedAt: begun },
};

export const leaseRenewed: EventOfType<'LeaseRenewed'> = {
  type: 'LeaseRenewed',
  data: { ...subject, changeId, owner, expiresAt: '2027-01-20T08:00:01.000Z', renewedAt: done },
};

const limits = {
  modelIds: ['gpt-4o'],
  budget: { maxUsd: 50, period: '30d' },
  softBudgetUsd: 40,
  rateLimits: { requestsPerMinute: 60, tokensPerMinute: 100_000, parallelRequests: 4 },
};

export const leaseLimitsChangeStarted: EventOfType<'LeaseLimitsChangeStarted'> = {
  type: 'LeaseLimitsChangeStarted',
  data: { ...subject, changeId, ...limits, startedAt: begun },
};

export const leaseLimitsChanged: EventOfType<'LeaseLimitsChanged'> = {
  type: 'LeaseLimitsChanged',
  data: { ...subject, changeId, owner, ...limits, changedAt: done },
};

const reason = 'The laptop was lost';

export const leaseSuspensionStarted: EventOfType<'LeaseSuspensionStarted'> = {
  type: 'LeaseSuspensionStarted',
  data: { ...subject, changeId, reason, startedAt: begun },
};

export const leaseSuspended: EventOfType<'LeaseSuspended'> = {
  type: 'LeaseSuspended',
  data: { ...subject, changeId, owner, reason, suspendedAt: done },
};

export const leaseResumptionStarted: EventOfType<'LeaseResumptionStarted'> = {
  type: 'LeaseResumptionStarted',
  data: { ...subject, changeId: otherChangeId, startedAt: begun },
};

export const leaseResumed: EventOfType<'LeaseResumed'> = {
  type: 'LeaseResumed',
  data: { ...subject, changeId: otherChangeId, owner, resumedAt: done },
};

export const leaseChangeFailed: EventOfType<'LeaseChangeFailed'> = {
  type: 'LeaseChangeFailed',
  data: {
    ...subject,
    changeId,
    change: 'renewal',
    cause: 'order-refused',
    message: 'The issuer refuses',
    failedAt: done,
  },
};

export const renewLease: CommandOfType<'RenewLease'> = {
  type: 'RenewLease',
  data: { leaseId, changeId, expiresAt: leaseRenewalStarted.data.expiresAt, now: begun },
};

export const changeLeaseLimits: CommandOfType<'ChangeLeaseLimits'> = {
  type: 'ChangeLeaseLimits',
  data: { leaseId, changeId, limits, now: begun },
};

export const suspendLease: CommandOfType<'SuspendLease'> = {
  type: 'SuspendLease',
  data: { leaseId, changeId, reason, now: begun },
};

export const resumeLease: CommandOfType<'ResumeLease'> = {
  type: 'ResumeLease',
  data: { leaseId, changeId: otherChangeId, now: begun },
};

export const recordLeaseChanged: CommandOfType<'RecordLeaseChanged'> = {
  type: 'RecordLeaseChanged',
  data: { leaseId, changeId, now: done },
};

export const recordChangeFailed: CommandOfType<'RecordChangeFailed'> = {
  type: 'RecordChangeFailed',
  data: { leaseId, changeId, cause: 'order-refused', message: 'The issuer refuses', now: done },
};
