import { leaseId, leaseIssued, leaseKeySealed, leaseStarted, requestId } from './lease.examples.ts';
import type { LeaseEvent } from './lease.messages.ts';

type EventOfType<Type extends LeaseEvent['type']> = Extract<LeaseEvent, { type: Type }>;

export const subject = { leaseId, requestId, generation: 1 };

export const owner = 'ada@example.com';

export const begun = '2026-11-22T08:00:00.000Z';

export const done = '2026-11-22T08:00:01.000Z';

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
