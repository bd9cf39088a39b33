import { accept, ignore, refuse } from '@keyledger/event-sourcing';
import { aliasOf } from './lease.alias.ts';
import { recordBudgetCarriedOver } from './lease.budget.ts';
import { obstacleOf } from './lease.changes.ts';
import { type LeaseDecision, subjectOf } from './lease.decision.ts';
import type {
  RecordKeyRetired,
  RecordRotationDelivered,
  RetireKey,
  RotateLease,
  RotationCommand,
} from './lease.rotation.messages.ts';
import { isLive, type Lease, type LiveLease } from './lease.state.ts';

const rotateLease = ({ data }: RotateLease, state: Lease): LeaseDecision => {
  const { leaseId, rotationId, graceMs, reason, expiresAt, mostKeys = Infinity, now } = data;
  if (isLive(state) && state.handledIds.includes(rotationId)) return ignore('this rotation was asked for');
  const obstacle = obstacleOf(state);
  if (obstacle !== undefined || !isLive(state)) return refuse(obstacle ?? 'lease-not-issued');
  if (state.status === 'suspended') return refuse('lease-suspended');
  if (expiresAt !== undefined && Date.parse(expiresAt) <= Date.parse(now)) return refuse('expiry-in-the-past');
  if (state.retiring.length + 2 > mostKeys) return refuse('too-many-keys');
  const generation = state.lastGeneration + 1;
  return accept({
    type: 'LeaseRotationStarted',
    data: {
      ...subjectOf(state, generation),
      rotationId,
      alias: aliasOf(leaseId, generation),
      graceMs,
      reason,
      ...(expiresAt === undefined ? {} : { expiresAt }),
      startedAt: now,
    },
  });
};

const recordDelivered = ({ data }: RecordRotationDelivered, state: LiveLease): LeaseDecision => {
  const { generation, now } = data;
  if (!state.retiring.some((key) => key.generation < generation && key.awaitsDelivery))
    return ignore('no key waits for this delivery');
  return accept({ type: 'LeaseRotationDelivered', data: { ...subjectOf(state, generation), deliveredAt: now } });
};

const recordRetired = ({ data: { issuerKeyId, now } }: RecordKeyRetired, state: LiveLease): LeaseDecision => {
  const retiring = state.retiring.find((key) => key.issuerKeyId === issuerKeyId);
  if (retiring === undefined) return ignore('the key has ended');
  const subject = { ...subjectOf(state, retiring.generation), owner: state.terms.owner };
  return accept({ type: 'LeaseKeyRetired', data: { ...subject, issuerKeyId, retiredAt: now } });
};

/** A repetition finds it ordered, or done. The key that counts is no key before it. */
const retireKey = ({ data }: RetireKey, state: Lease): LeaseDecision => {
  if (state.status === 'absent') return refuse('lease-not-found');
  if (state.status === 'ending' || state.status === 'ended') return refuse('lease-ended');
  if (!isLive(state)) return refuse('lease-not-issued');
  const { generation, reason, orderedBy, now } = data;
  const key = state.retiring.find((each) => each.generation === generation);
  if (key === undefined) return generation < state.generation ? ignore('the key has ended') : refuse('key-not-found');
  if (!key.awaitsDelivery && Date.parse(key.endsAt) <= Date.parse(now)) return ignore('the key is being ended');
  const subject = subjectOf(state, generation);
  const order = { issuerKeyId: key.issuerKeyId, reason, orderedBy, orderedAt: now };
  return accept({ type: 'LeaseKeyRetirementOrdered', data: { ...subject, ...order } });
};

export const decideRotation = (command: RotationCommand, state: Lease): LeaseDecision => {
  if (command.type === 'RotateLease') return rotateLease(command, state);
  if (command.type === 'RetireKey') return retireKey(command, state);
  if (state.status === 'absent') return refuse('lease-not-found');
  if (!isLive(state)) return ignore('the lease has moved on');
  switch (command.type) {
    case 'RecordBudgetCarriedOver':
      return recordBudgetCarriedOver(command, state);
    case 'RecordRotationDelivered':
      return recordDelivered(command, state);
    case 'RecordKeyRetired':
      return recordRetired(command, state);
  }
};
