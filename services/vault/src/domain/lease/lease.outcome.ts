import { accept, ignore, refuse } from '@keyledger/event-sourcing';
import { type LeaseDecision, subjectOf } from './lease.decision.ts';
import { later } from './lease.discarding.ts';
import type { RecordIssueFailed, RecordKeyIssued } from './lease.issuing.messages.ts';
import type { KnownLease, LeaseKey, LiveLease, Rotation, StartedLease } from './lease.state.ts';

/** What came of making a key: of the first of a lease, or of the successor in a rotation. */
interface Outcome {
  readonly gatewayUrl: string;
  readonly expiresAt?: string;
  readonly now: string;
}

const described = (state: KnownLease, { issuerKeyId, mask }: LeaseKey, { expiresAt, gatewayUrl }: Outcome) => {
  const { issuer, owner, modelIds, delivery } = state.terms;
  const expiry = expiresAt === undefined ? {} : { expiresAt };
  return { issuer, owner, modelIds, delivery, issuerKeyId, mask, ...expiry, gatewayUrl };
};

const issued = (state: StartedLease, outcome: Outcome): LeaseDecision => {
  if (state.key === undefined) return refuse('key-not-sealed');
  const data = { ...subjectOf(state), alias: state.alias, ...described(state, state.key, outcome) };
  return accept({ type: 'LeaseIssued', data: { ...data, issuedAt: outcome.now } });
};

const rotated = (state: LiveLease, rotation: Rotation, outcome: Outcome): LeaseDecision => {
  if (rotation.key === undefined) return refuse('key-not-sealed');
  const { rotationId, generation, alias, graceMs } = rotation;
  const endsAt = later(outcome.now, graceMs);
  const retiring = { issuerKeyId: state.key.issuerKeyId, generation: state.generation, endsAt };
  const data = { ...subjectOf(state, generation), rotationId, alias, ...described(state, rotation.key, outcome) };
  return accept({ type: 'LeaseRotated', data: { ...data, retiring, rotatedAt: outcome.now } });
};

const rotationOf = (state: LiveLease, generation: number): Rotation | undefined =>
  state.rotation?.generation === generation ? state.rotation : undefined;

export const recordKeyIssued = ({ data }: RecordKeyIssued, state: KnownLease): LeaseDecision => {
  if (state.status === 'started' && state.generation === data.generation) return issued(state, data);
  if (state.status !== 'issued' && state.status !== 'suspended') return ignore('the lease has its outcome');
  const rotation = rotationOf(state, data.generation);
  return rotation === undefined ? ignore('the lease has its outcome') : rotated(state, rotation, data);
};

export const recordIssueFailed = ({ data }: RecordIssueFailed, state: KnownLease): LeaseDecision => {
  const { generation, cause, message, mayExistAtIssuer, now } = data;
  const failure = { ...subjectOf(state, generation), cause, message, mayExistAtIssuer, failedAt: now };
  if (state.status === 'started' && state.generation === generation)
    return accept({ type: 'LeaseIssueFailed', data: failure });
  if (state.status !== 'issued' && state.status !== 'suspended') return ignore('the lease has its outcome');
  const rotation = rotationOf(state, generation);
  if (rotation === undefined) return ignore('the lease has its outcome');
  return accept({ type: 'LeaseRotationFailed', data: { ...failure, rotationId: rotation.rotationId } });
};
