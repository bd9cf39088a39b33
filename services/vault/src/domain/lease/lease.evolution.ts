import { evolveChange } from './lease.changes.evolution.ts';
import { abandoned, discarded } from './lease.discarding.ts';
import { evolveEnding } from './lease.ending.evolution.ts';
import type { DataOf, LeaseEvent } from './lease.messages.ts';
import { evolveRotation } from './lease.rotation.evolution.ts';
import {
  type FailedLease,
  type IssuedLease,
  isLive,
  type KnownLease,
  type Lease,
  type LeaseKey,
  type StartedLease,
} from './lease.state.ts';
import { timeOf } from './lease.times.ts';

const started = ({ leaseId, generation, alias, startedAt, ...terms }: DataOf<'LeaseStarted'>): StartedLease => ({
  status: 'started',
  leaseId,
  terms,
  generation,
  alias,
  startedAt,
  attemptedSince: startedAt,
  requestedFrom: undefined,
  key: undefined,
  discardable: [],
  delay: undefined,
  retryIds: [],
  lastGeneration: generation,
  nextVersion: 1,
  issuedAt: undefined,
  expiresAt: undefined,
  expirySetAt: undefined,
  changedAt: startedAt,
});

const keyOf = (data: DataOf<'LeaseKeySealed'>): LeaseKey => {
  const { issuerKeyId, mask, generation, version = generation } = data;
  return { issuerKeyId, mask, version };
};

const keySealed = (lease: KnownLease, data: DataOf<'LeaseKeySealed'>): KnownLease => {
  const key = keyOf(data);
  const nextVersion = key.version + 1;
  if (isLive(lease))
    return lease.rotation === undefined ? lease : { ...lease, nextVersion, rotation: { ...lease.rotation, key } };
  return lease.status === 'started' ? { ...lease, nextVersion, key } : lease;
};

const keyRequested = (lease: KnownLease, { keysFrom }: DataOf<'LeaseKeyRequested'>): KnownLease => {
  if (isLive(lease))
    return lease.rotation === undefined
      ? lease
      : { ...lease, rotation: { ...lease.rotation, requestedFrom: keysFrom } };
  return lease.status === 'started' ? { ...lease, requestedFrom: keysFrom } : lease;
};

const keyLost = (lease: KnownLease, { next, lostAt }: DataOf<'LeaseKeyLost'>): KnownLease => {
  const anew = { ...next, requestedFrom: undefined, key: undefined };
  const lastGeneration = next.generation;
  if (lease.status === 'started')
    return { ...lease, ...anew, lastGeneration, discardable: [...lease.discardable, ...abandoned(lease, lostAt)] };
  if (!isLive(lease) || lease.rotation === undefined) return lease;
  const discardable = [...lease.discardable, ...abandoned(lease.rotation, lostAt)];
  return { ...lease, lastGeneration, discardable, rotation: { ...lease.rotation, ...anew } };
};

const issued = (lease: KnownLease, data: DataOf<'LeaseIssued'>): IssuedLease => {
  const { issuerKeyId, mask, issuedAt, expiresAt, generation } = data;
  const key = { issuerKeyId, mask, version: lease.key?.version ?? generation };
  const quiet = { change: undefined, rotation: undefined, retiring: [], handledIds: [] };
  const times = { issuedAt, expiresAt, expirySetAt: issuedAt };
  return { ...lease, ...quiet, ...times, status: 'issued', key, requestedFrom: undefined };
};

/** Where the issuer makes the keys, one that may be there can never be used: its plaintext is lost. */
const issueFailed = (lease: KnownLease, data: DataOf<'LeaseIssueFailed'>): FailedLease => {
  const { cause, message, mayExistAtIssuer, failedAt } = data;
  const isLost = mayExistAtIssuer && lease.requestedFrom === 'issuer' && lease.key === undefined;
  return {
    ...lease,
    status: 'failed',
    failure: { cause, message, mayExistAtIssuer, failedAt },
    discardable: isLost ? [...lease.discardable, ...abandoned(lease, failedAt)] : lease.discardable,
    nextVersion: lease.nextVersion + (cause === 'secret-unreadable' && lease.key === undefined ? 1 : 0),
  };
};

const retried = (lease: KnownLease, data: DataOf<'LeaseIssueRetried'>): StartedLease => {
  const { generation, alias, retryId, retriedAt } = data;
  const isSameGeneration = generation === lease.generation;
  const isAbandoned =
    !isSameGeneration && lease.status === 'failed' && lease.failure.mayExistAtIssuer && lease.key !== undefined;
  return {
    ...lease,
    status: 'started',
    generation,
    alias,
    lastGeneration: generation,
    attemptedSince: retriedAt,
    requestedFrom: undefined,
    key: isSameGeneration ? lease.key : undefined,
    discardable: isAbandoned ? [...lease.discardable, ...abandoned(lease, retriedAt)] : lease.discardable,
    retryIds: [...lease.retryIds, retryId],
  };
};

const evolved = (lease: KnownLease, event: LeaseEvent): KnownLease => {
  switch (event.type) {
    case 'LeaseStarted':
      return started(event.data);
    case 'LeaseKeyRequested':
      return keyRequested(lease, event.data);
    case 'LeaseKeySealed':
      return keySealed(lease, event.data);
    case 'LeaseKeyLost':
      return keyLost(lease, event.data);
    case 'LeaseIssued':
      return issued(lease, event.data);
    case 'LeaseIssueFailed':
      return lease.status === 'ending' || lease.status === 'ended' ? lease : issueFailed(lease, event.data);
    case 'LeaseIssueRetried':
      return retried(lease, event.data);
    case 'LeaseKeyDiscarded':
      return discarded(lease, event.data);
    default:
      return evolveRotation(evolveEnding(evolveChange(lease, event), event), event);
  }
};

export const evolve = (state: Lease, event: LeaseEvent): Lease => {
  if (event.type === 'LeaseStarted') return started(event.data);
  return state.status === 'absent' ? state : { ...evolved(state, event), changedAt: timeOf(event) };
};
