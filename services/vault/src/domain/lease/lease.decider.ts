import { accept, type Decision, ignore, refuse, type StreamCategory } from '@keyledger/event-sourcing';
import { aliasOf } from './lease.alias.ts';
import {
  type FailureCause,
  leaseCodec,
  type LeaseCommand,
  type LeaseEvent,
  type LeaseRefusal,
  type RecordIssueFailed,
  type RecordKeyDiscarded,
  type RecordKeyIssued,
  type RecordKeySealed,
  type RetryLease,
  type StartLease,
} from './lease.messages.ts';
import { evolve, initialState, type Lease } from './lease.state.ts';

type LeaseDecision = Decision<LeaseEvent, LeaseRefusal>;

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
};

const startLease = ({ data: { leaseId, terms, now } }: StartLease, state: Lease): LeaseDecision => {
  if (state.status !== 'absent') return ignore('the lease has been started');
  const alias = aliasOf(leaseId, 1);
  return accept({ type: 'LeaseStarted', data: { leaseId, generation: 1, ...terms, alias, startedAt: now } });
};

/** Outcomes that come late, after the lease has moved on, change nothing. */
const isSettled = (state: Exclude<Lease, { status: 'absent' }>, generation: number): boolean =>
  state.status !== 'started' || state.generation !== generation;

const recordKeySealed = ({ data }: RecordKeySealed, state: Lease): LeaseDecision => {
  if (state.status === 'absent') return refuse('lease-not-found');
  if (isSettled(state, data.generation) || state.key !== undefined) return ignore('a key is sealed already');
  const { leaseId, generation, issuerKeyId, mask, now } = data;
  const { requestId } = state.terms;
  return accept({
    type: 'LeaseKeySealed',
    data: { leaseId, requestId, generation, issuerKeyId, mask, sealedAt: now },
  });
};

const recordKeyIssued = ({ data }: RecordKeyIssued, state: Lease): LeaseDecision => {
  if (state.status === 'absent') return refuse('lease-not-found');
  if (isSettled(state, data.generation)) return ignore('the lease has its outcome');
  if (state.key === undefined) return refuse('key-not-sealed');
  const { requestId, issuer, owner, modelIds, delivery } = state.terms;
  const { leaseId, generation, gatewayUrl, expiresAt, now } = data;
  return accept({
    type: 'LeaseIssued',
    data: {
      leaseId,
      requestId,
      generation,
      issuer,
      owner,
      modelIds,
      delivery,
      alias: state.alias,
      ...state.key,
      ...(expiresAt === undefined ? {} : { expiresAt }),
      gatewayUrl,
      issuedAt: now,
    },
  });
};

const recordIssueFailed = ({ data }: RecordIssueFailed, state: Lease): LeaseDecision => {
  if (state.status === 'absent') return refuse('lease-not-found');
  if (isSettled(state, data.generation)) return ignore('the lease has its outcome');
  const { now, ...failure } = data;
  return accept({
    type: 'LeaseIssueFailed',
    data: { ...failure, requestId: state.terms.requestId, failedAt: now },
  });
};

const recordKeyDiscarded = ({ data }: RecordKeyDiscarded, state: Lease): LeaseDecision => {
  if (state.status === 'absent') return refuse('lease-not-found');
  const { leaseId, issuerKeyId, now } = data;
  if (!state.discardable.includes(issuerKeyId)) return ignore('the key has been discarded');
  const { generation, terms } = state;
  return accept({
    type: 'LeaseKeyDiscarded',
    data: { leaseId, requestId: terms.requestId, generation, issuerKeyId, discardedAt: now },
  });
};

const retryLease = ({ data: { leaseId, retryId, now } }: RetryLease, state: Lease): LeaseDecision => {
  if (state.status === 'absent') return refuse('lease-not-found');
  if (state.retryIds.includes(retryId)) return ignore('this retry has been made');
  if (state.status !== 'failed') return ignore('the lease has not failed');
  const generation = endsGeneration[state.failure.cause] ? state.generation + 1 : state.generation;
  const { requestId } = state.terms;
  const alias = aliasOf(leaseId, generation);
  return accept({
    type: 'LeaseIssueRetried',
    data: { leaseId, requestId, generation, alias, retryId, retriedAt: now },
  });
};

const decide = (command: LeaseCommand, state: Lease): LeaseDecision => {
  switch (command.type) {
    case 'StartLease':
      return startLease(command, state);
    case 'RecordKeySealed':
      return recordKeySealed(command, state);
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

/** One stream per lease: a key at an issuer, from the intent on. */
export const lease: StreamCategory<Lease, LeaseCommand, LeaseEvent, LeaseRefusal> = {
  category: 'lease',
  decider: { initialState, evolve, decide },
  codec: leaseCodec,
};
