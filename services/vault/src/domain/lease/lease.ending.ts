import { accept, ignore, refuse } from '@keyledger/event-sourcing';
import { type LeaseDecision, subjectOf } from './lease.decision.ts';
import { areLeft } from './lease.discarding.ts';
import type {
  ConfirmKeyEnded,
  EndingCommand,
  ExpireLease,
  FinishEnding,
  RecordEndingDelayed,
  RecordKeyEndRequested,
  RevokeLease,
} from './lease.ending.messages.ts';
import type { LeaseEvent } from './lease.messages.ts';
import { isLive, type KnownLease, type Lease } from './lease.state.ts';

const hasEnded = (state: KnownLease): boolean => state.status === 'ending' || state.status === 'ended';

/** A lease without a key fails first, so that whoever waits for the key hears of it. */
const revokeLease = ({ data: { reason, bulkId, now } }: RevokeLease, state: KnownLease): LeaseDecision => {
  if (hasEnded(state)) return ignore('the lease has ended');
  const subject = subjectOf(state);
  const bulk = bulkId === undefined ? {} : { bulkId };
  const start = { type: 'LeaseRevocationStarted', data: { ...subject, reason, ...bulk, startedAt: now } } as const;
  if (state.status !== 'started') return accept(start);
  const failure = { cause: 'revoked', message: `The lease was revoked: ${reason}`, mayExistAtIssuer: true } as const;
  return accept<LeaseEvent>({ type: 'LeaseIssueFailed', data: { ...subject, ...failure, failedAt: now } }, start);
};

const expireLease = ({ data: { now } }: ExpireLease, state: KnownLease): LeaseDecision => {
  if (hasEnded(state)) return ignore('the lease has ended');
  if (!isLive(state)) return refuse('lease-not-issued');
  const { expiresAt } = state;
  if (expiresAt === undefined || Date.parse(expiresAt) > Date.parse(now)) return ignore('the lease has not expired');
  return accept({ type: 'LeaseExpiryStarted', data: { ...subjectOf(state), expiresAt, startedAt: now } });
};

const recordDelayed = ({ data }: RecordEndingDelayed, state: KnownLease): LeaseDecision => {
  if (state.delay !== undefined) return ignore('the delay is known');
  const { cause, message, now } = data;
  return accept({ type: 'LeaseEndingDelayed', data: { ...subjectOf(state), cause, message, delayedAt: now } });
};

const endable = (state: KnownLease, issuerKeyId: string) =>
  [...state.discardable, ...(isLive(state) ? state.retiring : [])].find((key) => key.issuerKeyId === issuerKeyId);

const recordEndRequested = ({ data }: RecordKeyEndRequested, state: KnownLease): LeaseDecision => {
  const { issuerKeyId, now } = data;
  const key = endable(state, issuerKeyId);
  if (key === undefined || key.isByHand) return ignore('the end of the key has been asked for');
  const subject = subjectOf(state, key.generation);
  return accept({ type: 'LeaseKeyEndRequested', data: { ...subject, issuerKeyId, requestedAt: now } });
};

const confirmEnded = ({ data }: ConfirmKeyEnded, state: KnownLease): LeaseDecision => {
  const { issuerKeyId, confirmedBy, now } = data;
  const key = endable(state, issuerKeyId);
  if (key === undefined) return state.status === 'ended' ? ignore('the lease has ended') : refuse('key-not-found');
  if (!key.isByHand) return refuse('key-not-requested');
  const subject = subjectOf(state, key.generation);
  return accept({ type: 'LeaseKeyEndConfirmed', data: { ...subject, issuerKeyId, confirmedBy, confirmedAt: now } });
};

const finishEnding = ({ data: { now } }: FinishEnding, state: KnownLease): LeaseDecision => {
  if (state.status !== 'ending' || areLeft(state.discardable)) return ignore('there is nothing to finish');
  const subject = { ...subjectOf(state), owner: state.terms.owner };
  const { how, reason = how, bulkId, expiresAt = now } = state;
  if (how === 'expired') return accept({ type: 'LeaseExpired', data: { ...subject, expiresAt, expiredAt: now } });
  const bulk = bulkId === undefined ? {} : { bulkId };
  return accept({ type: 'LeaseRevoked', data: { ...subject, reason, ...bulk, revokedAt: now } });
};

export const decideEnding = (command: EndingCommand, state: Lease): LeaseDecision => {
  if (state.status === 'absent') return refuse('lease-not-found');
  switch (command.type) {
    case 'RevokeLease':
      return revokeLease(command, state);
    case 'ExpireLease':
      return expireLease(command, state);
    case 'RecordEndingDelayed':
      return recordDelayed(command, state);
    case 'RecordKeyEndRequested':
      return recordEndRequested(command, state);
    case 'ConfirmKeyEnded':
      return confirmEnded(command, state);
    case 'FinishEnding':
      return finishEnding(command, state);
  }
};
