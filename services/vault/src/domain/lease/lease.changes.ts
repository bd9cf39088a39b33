import { accept, ignore, refuse } from '@keyledger/event-sourcing';
import type {
  ChangeCommand,
  ChangeLeaseLimits,
  RecordChangeFailed,
  RecordLeaseChanged,
  RenewLease,
  ResumeLease,
  SuspendLease,
} from './lease.changes.messages.ts';
import { type LeaseDecision, subjectOf } from './lease.decision.ts';
import type { LeaseRefusal } from './lease.messages.ts';
import { isLive, type KnownLease, type Lease, type LiveLease, type PendingChange } from './lease.state.ts';

/** Why nothing about the key can be changed now. */
export const obstacleOf = (state: Lease): LeaseRefusal | undefined => {
  switch (state.status) {
    case 'absent':
      return 'lease-not-found';
    case 'started':
    case 'failed':
      return 'lease-not-issued';
    case 'ending':
    case 'ended':
      return 'lease-ended';
    case 'issued':
    case 'suspended':
      return state.change === undefined && state.rotation === undefined ? undefined : 'change-in-progress';
  }
};

const renew = ({ data: { changeId, expiresAt, now } }: RenewLease, state: LiveLease): LeaseDecision => {
  if (Date.parse(expiresAt) <= Date.parse(now)) return refuse('expiry-in-the-past');
  return accept({ type: 'LeaseRenewalStarted', data: { ...subjectOf(state), changeId, expiresAt, startedAt: now } });
};

const changeLimits = ({ data: { changeId, limits, now } }: ChangeLeaseLimits, state: LiveLease): LeaseDecision =>
  accept({ type: 'LeaseLimitsChangeStarted', data: { ...subjectOf(state), changeId, ...limits, startedAt: now } });

/** Some key in its grace period is not as the key that counts: asking again is no repetition. */
const wasRefused = ({ retiring }: LiveLease, change: 'suspension' | 'resumption'): boolean =>
  retiring.some(({ refused }) => refused?.change === change);

const suspend = ({ data: { changeId, reason, now } }: SuspendLease, state: LiveLease): LeaseDecision => {
  if (state.status === 'suspended' && !wasRefused(state, 'suspension')) return ignore('the lease is suspended');
  return accept({ type: 'LeaseSuspensionStarted', data: { ...subjectOf(state), changeId, reason, startedAt: now } });
};

const resume = ({ data: { changeId, now } }: ResumeLease, state: LiveLease): LeaseDecision => {
  if (state.status !== 'suspended' && !wasRefused(state, 'resumption')) return refuse('not-suspended');
  return accept({ type: 'LeaseResumptionStarted', data: { ...subjectOf(state), changeId, startedAt: now } });
};

const changed = (state: LiveLease, change: PendingChange, { data }: RecordLeaseChanged): LeaseDecision => {
  const subject = { ...subjectOf(state), changeId: change.changeId, owner: state.terms.owner };
  const { now } = data;
  const except = data.except === undefined || data.except.length === 0 ? {} : { except: [...data.except] };
  switch (change.kind) {
    case 'renewal': {
      const expiresAt = data.expiresAt ?? change.expiresAt;
      return accept({ type: 'LeaseRenewed', data: { ...subject, expiresAt, renewedAt: now } });
    }
    case 'limits':
      return accept({ type: 'LeaseLimitsChanged', data: { ...subject, ...change.limits, changedAt: now } });
    case 'suspension':
      return accept({
        type: 'LeaseSuspended',
        data: { ...subject, reason: change.reason, ...except, suspendedAt: now },
      });
    case 'resumption':
      return accept({ type: 'LeaseResumed', data: { ...subject, ...except, resumedAt: now } });
  }
};

const pendingChange = (state: KnownLease, changeId: string): readonly [LiveLease, PendingChange] | undefined =>
  isLive(state) && state.change?.changeId === changeId ? [state, state.change] : undefined;

const recordOutcome = (command: RecordLeaseChanged | RecordChangeFailed, state: KnownLease): LeaseDecision => {
  const found = pendingChange(state, command.data.changeId);
  if (found === undefined) return ignore('the change has its outcome');
  const [lease, change] = found;
  if (command.type === 'RecordLeaseChanged') return changed(lease, change, command);
  const { changeId, cause, message, now } = command.data;
  const outcome = { changeId, change: change.kind, cause, message, failedAt: now };
  return accept({ type: 'LeaseChangeFailed', data: { ...subjectOf(state), ...outcome } });
};

export const decideChange = (command: ChangeCommand, state: Lease): LeaseDecision => {
  if (state.status === 'absent') return refuse('lease-not-found');
  if (command.type === 'RecordLeaseChanged' || command.type === 'RecordChangeFailed')
    return recordOutcome(command, state);
  if (isLive(state) && state.handledIds.includes(command.data.changeId)) return ignore('this change was asked for');
  const obstacle = obstacleOf(state);
  if (obstacle !== undefined || !isLive(state)) return refuse(obstacle ?? 'lease-not-issued');
  switch (command.type) {
    case 'RenewLease':
      return renew(command, state);
    case 'ChangeLeaseLimits':
      return changeLimits(command, state);
    case 'SuspendLease':
      return suspend(command, state);
    case 'ResumeLease':
      return resume(command, state);
  }
};
