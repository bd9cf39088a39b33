import type { LeaseUsageEvent, LeaseUsageSubject, WatchedLease, WatchLease } from './lease-usage.messages.ts';

type EventOfType<Type extends LeaseUsageEvent['type']> = Extract<LeaseUsageEvent, { type: Type }>;

const DAY_MS = 86_400_000;

export const subject: LeaseUsageSubject = {
  leaseId: '2f1d9f0e-6f0a-5f0b-9d9e-0a4b8f5d7c11',
  requestId: '01930f5e-7d3c-7c4e-9d5a-2f8f4f0f6d11',
  owner: 'ada@example.com',
  modelIds: ['gpt-4o-mini'],
  mask: 'sk-a...wxyz',
};

export const watchedLease: WatchedLease = {
  ...subject,
  issuedAt: '2026-11-21T08:00:00.000Z',
  validSince: '2026-11-21T08:00:00.000Z',
  expiresAt: '2026-12-21T08:00:00.000Z',
  budget: { maxUsd: 25 },
  softBudgetUsd: 10,
  isSuspended: false,
};

export const rules: WatchLease['data']['rules'] = {
  thresholds: [50, 80, 100],
  unusedAfterMs: 7 * DAY_MS,
  remindBeforeMs: [14 * DAY_MS, 3 * DAY_MS, DAY_MS],
};

export const usageObserved: EventOfType<'LeaseUsageObserved'> = {
  type: 'LeaseUsageObserved',
  data: {
    ...subject,
    period: 1,
    spentUsd: 13,
    keys: [{ issuerKeyId: 'key-1', spentUsd: 13 }],
    lastUsedAt: '2026-11-22T08:00:00.000Z',
    budgetResetAt: '2026-12-01T00:00:00.000Z',
    observedAt: '2026-11-22T08:00:00.000Z',
  },
};

export const thresholdReached: EventOfType<'LeaseThresholdReached'> = {
  type: 'LeaseThresholdReached',
  data: {
    ...subject,
    budgetKind: 'hard',
    percent: 50,
    spentUsd: 13,
    budgetUsd: 25,
    period: 1,
    budgetResetAt: '2026-12-01T00:00:00.000Z',
    reachedAt: '2026-11-22T08:00:00.000Z',
  },
};

export const softBudgetReached: EventOfType<'LeaseThresholdReached'> = {
  type: 'LeaseThresholdReached',
  data: { ...thresholdReached.data, budgetKind: 'soft', percent: 100, budgetUsd: 10 },
};

export const leaseUnused: EventOfType<'LeaseUnused'> = {
  type: 'LeaseUnused',
  data: {
    ...subject,
    sinceDays: 7,
    lastUsedAt: '2026-11-22T08:00:00.000Z',
    noticedAt: '2026-11-29T08:00:00.000Z',
  },
};

export const expiryReminderDue: EventOfType<'LeaseExpiryReminderDue'> = {
  type: 'LeaseExpiryReminderDue',
  data: {
    ...subject,
    daysLeft: 3,
    expiresAt: '2026-12-21T08:00:00.000Z',
    beforeMs: 3 * DAY_MS,
    remindedAt: '2026-12-18T08:00:00.000Z',
  },
};

export const leaseUsageEvents: readonly LeaseUsageEvent[] = [
  usageObserved,
  thresholdReached,
  softBudgetReached,
  leaseUnused,
  expiryReminderDue,
];
