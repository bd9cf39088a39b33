import { issuerKeyId, leaseId, leaseIssueFailed } from './lease.examples.ts';
import { begun, done, owner, subject } from './lease.making.examples.ts';
import type { LeaseCommand, LeaseEvent } from './lease.messages.ts';

type EventOfType<Type extends LeaseEvent['type']> = Extract<LeaseEvent, { type: Type }>;

type CommandOfType<Type extends LeaseCommand['type']> = Extract<LeaseCommand, { type: Type }>;

export const bulkId = '01930f60-4444-7c4e-9d5a-2f8f4f0f6d11';

export const leaseRevocationStarted: EventOfType<'LeaseRevocationStarted'> = {
  type: 'LeaseRevocationStarted',
  data: { ...subject, reason: 'The project is over', bulkId, startedAt: begun },
};

export const leaseRevoked: EventOfType<'LeaseRevoked'> = {
  type: 'LeaseRevoked',
  data: { ...subject, owner, reason: 'The project is over', bulkId, revokedAt: done },
};

export const firstKeyDiscarded: EventOfType<'LeaseKeyDiscarded'> = {
  type: 'LeaseKeyDiscarded',
  data: { ...subject, issuerKeyId, discardedAt: done },
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
  data: { ...subject, cause: 'credential-refused', message: 'The issuer does not know you', delayedAt: done },
};

export const leaseKeyEndRequested: EventOfType<'LeaseKeyEndRequested'> = {
  type: 'LeaseKeyEndRequested',
  data: { ...subject, issuerKeyId, requestedAt: done },
};

export const leaseKeyEndConfirmed: EventOfType<'LeaseKeyEndConfirmed'> = {
  type: 'LeaseKeyEndConfirmed',
  data: { ...subject, issuerKeyId, confirmedBy: 'user:grace', confirmedAt: '2026-11-22T09:00:00.000Z' },
};

export const revokeLease: CommandOfType<'RevokeLease'> = {
  type: 'RevokeLease',
  data: { leaseId, reason: 'The project is over', bulkId, now: begun },
};

export const expireLease: CommandOfType<'ExpireLease'> = {
  type: 'ExpireLease',
  data: { leaseId, now: leaseExpiryStarted.data.startedAt },
};

export const finishEnding: CommandOfType<'FinishEnding'> = { type: 'FinishEnding', data: { leaseId, now: done } };

export const recordEndingDelayed: CommandOfType<'RecordEndingDelayed'> = {
  type: 'RecordEndingDelayed',
  data: { leaseId, cause: 'credential-refused', message: 'The issuer does not know you', now: done },
};

export const recordKeyEndRequested: CommandOfType<'RecordKeyEndRequested'> = {
  type: 'RecordKeyEndRequested',
  data: { leaseId, issuerKeyId, now: done },
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
    failedAt: begun,
  },
};
