import { accept, ignore, refuse } from '@keyledger/event-sourcing';
import { aliasOf } from './lease.alias.ts';
import { type LeaseDecision, subjectOf } from './lease.decision.ts';
import { isSameKey, isToDiscard } from './lease.discarding.ts';
import type {
  HandInKey,
  IssuingCommand,
  RecordKeyDiscarded,
  RecordKeyLost,
  RecordKeyRequested,
  RecordKeySealed,
  RetryLease,
  SealedKey,
  StartLease,
} from './lease.issuing.messages.ts';
import { recordIssueFailed, recordKeyIssued } from './lease.outcome.ts';
import { type KeyInMaking, keyInMaking, type KnownLease, type Lease } from './lease.state.ts';
import type { FailureCause } from './lease.terms.ts';

/**
 * After these the same key under the same alias can never be issued. After all others a retry keeps key and alias: the
 * issuer may have created the key without saying so, and asking again for the same one cannot make a second.
 */
const endsGeneration: Readonly<Record<FailureCause, boolean>> = {
  'issuer-unavailable': false,
  'alias-taken': true,
  'credential-refused': false,
  'order-refused': false,
  'secret-unreadable': true,
  'stock-exhausted': false,
  'key-not-found': true,
  revoked: false,
};

const startLease = ({ data: { leaseId, terms, now } }: StartLease, state: Lease): LeaseDecision => {
  if (state.status !== 'absent') return ignore('the lease has been started');
  const alias = aliasOf(leaseId, 1);
  return accept({ type: 'LeaseStarted', data: { leaseId, generation: 1, ...terms, alias, startedAt: now } });
};

/** Outcomes that come late, after the lease has moved on, change nothing. */
const current = (state: KnownLease, generation: number): KeyInMaking | undefined => {
  const making = keyInMaking(state);
  return making?.generation === generation ? making : undefined;
};

/** Asked once: whoever finds it recorded must not ask. */
const recordKeyRequested = ({ data }: RecordKeyRequested, state: KnownLease): LeaseDecision => {
  const making = current(state, data.generation);
  if (making === undefined || making.key !== undefined || making.requestedFrom !== undefined)
    return ignore('the key has been requested');
  const { keysFrom, now, generation } = data;
  const subject = subjectOf(state, generation);
  return accept({
    type: 'LeaseKeyRequested',
    data: { ...subject, alias: making.alias, keysFrom, requestedAt: now },
  });
};

const keySealed = (
  state: KnownLease,
  generation: number,
  { issuerKeyId, mask, version, isTested }: SealedKey & { readonly isTested?: boolean },
  now: string,
): LeaseDecision =>
  accept({
    type: 'LeaseKeySealed',
    data: {
      ...subjectOf(state, generation),
      issuerKeyId,
      mask,
      ...(version === undefined || version === generation ? {} : { version }),
      ...(isTested === undefined ? {} : { isTested }),
      sealedAt: now,
    },
  });

const recordKeySealed = ({ data }: RecordKeySealed, state: KnownLease): LeaseDecision => {
  const making = current(state, data.generation);
  if (making === undefined || making.key !== undefined) return ignore('a key is sealed already');
  return keySealed(state, data.generation, data, data.now);
};

const handInKey = ({ data }: HandInKey, state: KnownLease): LeaseDecision => {
  if (state.status === 'ending' || state.status === 'ended') return refuse('lease-ended');
  const making = keyInMaking(state);
  if (making?.key?.issuerKeyId === data.issuerKeyId) return ignore('the key has been handed in');
  if (making?.requestedFrom !== 'custodian' || making.key !== undefined) return refuse('key-not-requested');
  return keySealed(state, making.generation, data, data.now);
};

const recordKeyLost = ({ data }: RecordKeyLost, state: KnownLease): LeaseDecision => {
  const making = current(state, data.generation);
  if (making?.requestedFrom !== 'issuer') return ignore('the lease has moved on');
  const generation = state.lastGeneration + 1;
  const next = { generation, alias: aliasOf(state.leaseId, generation) };
  const subject = subjectOf(state, data.generation);
  return accept({ type: 'LeaseKeyLost', data: { ...subject, alias: making.alias, next, lostAt: data.now } });
};

const recordKeyDiscarded = ({ data }: RecordKeyDiscarded, state: KnownLease): LeaseDecision => {
  const { now, leaseId: _leaseId, ...names } = data;
  const key = state.discardable.find((each) => isSameKey(each, names));
  if (key === undefined || !isToDiscard(key, now)) return ignore('the key has been discarded');
  return accept({ type: 'LeaseKeyDiscarded', data: { ...subjectOf(state), ...names, discardedAt: now } });
};

const hasEndedWithoutKey = (state: KnownLease): boolean =>
  (state.status === 'ending' || state.status === 'ended') && state.issuedAt === undefined;

/** Whoever asked for the retry waits for an outcome again. */
const refuseRetry = (state: KnownLease, failedAt: string): LeaseDecision => {
  const message = 'The lease was revoked before it had a key; request a new one';
  const failure = { cause: 'revoked', message, mayExistAtIssuer: false } as const;
  return accept({ type: 'LeaseIssueFailed', data: { ...subjectOf(state), ...failure, failedAt } });
};

const retryLease = ({ data: { leaseId, retryId, now } }: RetryLease, state: KnownLease): LeaseDecision => {
  if (state.retryIds.includes(retryId)) return ignore('this retry has been made');
  if (hasEndedWithoutKey(state)) return refuseRetry(state, now);
  if (state.status !== 'failed') return ignore('the lease has not failed');
  const isSpent = state.discardable.some(({ generation }) => generation === state.generation);
  const generation = isSpent || endsGeneration[state.failure.cause] ? state.lastGeneration + 1 : state.generation;
  const alias = aliasOf(leaseId, generation);
  return accept({
    type: 'LeaseIssueRetried',
    data: { ...subjectOf(state, generation), alias, retryId, retriedAt: now },
  });
};

export const decideIssuing = (command: IssuingCommand, state: Lease): LeaseDecision => {
  if (command.type === 'StartLease') return startLease(command, state);
  if (state.status === 'absent') return refuse('lease-not-found');
  switch (command.type) {
    case 'RecordKeyRequested':
      return recordKeyRequested(command, state);
    case 'RecordKeySealed':
      return recordKeySealed(command, state);
    case 'HandInKey':
      return handInKey(command, state);
    case 'RecordKeyLost':
      return recordKeyLost(command, state);
    case 'RecordKeyIssued':
      return recordKeyIssued(command, state);
    case 'RecordIssueFailed':
      return recordIssueFailed(command, state);
    case 'RecordKeyDiscarded':
      return recordKeyDiscarded(command, state);
    case 'RetryLease':
      return retryLease(command, state);
  }
};
