import type { BulkRevocationEvent, RecordRevoked, StartBulkRevocation } from './bulk-revocation.messages.ts';

const bulkId = '01930f5e-9200-7c4e-9d5a-2f8f4f0f6d11';

export const leaseIds = [1, 2, 3].map((digit) => `2f1d9f0e-6f0a-5f0b-9d9e-0a4b8f5d7c1${digit}`);

const subject = {
  bulkId,
  scope: { team: 'search' },
  leaseIds,
  reason: 'The team is dissolved',
  startedBy: 'admin',
};

type EventOfType<Type extends BulkRevocationEvent['type']> = Extract<BulkRevocationEvent, { type: Type }>;

export const bulkRevocationStarted: EventOfType<'BulkRevocationStarted'> = {
  type: 'BulkRevocationStarted',
  data: { ...subject, startedAt: '2026-11-22T10:00:00.000Z' },
};

export const bulkRevocationProgressed: EventOfType<'BulkRevocationProgressed'> = {
  type: 'BulkRevocationProgressed',
  data: { bulkId, revoked: 2, progressedAt: '2026-11-22T10:00:01.000Z' },
};

export const bulkRevocationCompleted: EventOfType<'BulkRevocationCompleted'> = {
  type: 'BulkRevocationCompleted',
  data: { bulkId, revoked: 3, completedAt: '2026-11-22T10:00:02.000Z' },
};

export const startBulkRevocation: StartBulkRevocation = {
  type: 'StartBulkRevocation',
  data: { ...subject, digest: 'd1', expectedDigest: 'd1', now: bulkRevocationStarted.data.startedAt },
};

export const recordRevoked = (revoked: number, now = bulkRevocationProgressed.data.progressedAt): RecordRevoked => ({
  type: 'RecordRevoked',
  data: { bulkId, revoked, now },
});
