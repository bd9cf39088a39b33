import { abandoned } from './lease.discarding.ts';
import type { DataOf, LeaseEvent } from './lease.messages.ts';
import { isLive, type KnownLease, type LiveLease } from './lease.state.ts';
import { CHECKOUT } from './lease.terms.ts';

const rotationStarted = (lease: LiveLease, data: DataOf<'LeaseRotationStarted'>): LiveLease => {
  const { rotationId, generation, alias, graceMs, expiresAt, startedAt } = data;
  const making = { generation, alias, attemptedSince: startedAt, requestedFrom: undefined, key: undefined };
  return {
    ...lease,
    lastGeneration: generation,
    rotation: { ...making, rotationId, graceMs, expiresAt },
    handledIds: [...lease.handledIds, rotationId],
  };
};

const rotated = (lease: LiveLease, data: DataOf<'LeaseRotated'>): LiveLease => {
  const { generation, alias, issuerKeyId, mask, expiresAt, retiring, rotatedAt } = data;
  const version = lease.rotation?.key?.version ?? generation;
  const awaitsDelivery = lease.terms.delivery.channel !== CHECKOUT;
  return {
    ...lease,
    generation,
    alias,
    key: { issuerKeyId, mask, version },
    expiresAt,
    expirySetAt: lease.rotation?.expiresAt === undefined ? lease.expirySetAt : rotatedAt,
    rotation: undefined,
    carried: lease.rotation?.carried,
    retiring: [...lease.retiring, { ...retiring, awaitsDelivery, isByHand: false }],
  };
};

const rotationFailed = (lease: LiveLease, data: DataOf<'LeaseRotationFailed'>): LiveLease => {
  const { rotation } = lease;
  if (rotation === undefined) return lease;
  const { cause, mayExistAtIssuer, failedAt } = data;
  return {
    ...lease,
    rotation: undefined,
    discardable: mayExistAtIssuer ? [...lease.discardable, ...abandoned(rotation, failedAt)] : lease.discardable,
    nextVersion: lease.nextVersion + (cause === 'secret-unreadable' && rotation.key === undefined ? 1 : 0),
  };
};

export const evolveRotation = (lease: KnownLease, event: LeaseEvent): KnownLease => {
  if (!isLive(lease)) return lease;
  switch (event.type) {
    case 'LeaseRotationStarted':
      return rotationStarted(lease, event.data);
    case 'LeaseBudgetCarriedOver': {
      const { budget, until } = event.data;
      return lease.rotation === undefined
        ? lease
        : { ...lease, rotation: { ...lease.rotation, carried: { budget, until } } };
    }
    case 'LeaseRotated':
      return rotated(lease, event.data);
    case 'LeaseRotationFailed':
      return rotationFailed(lease, event.data);
    case 'LeaseRotationDelivered': {
      const { generation } = event.data;
      const retiring = lease.retiring.map((key) =>
        key.generation < generation ? { ...key, awaitsDelivery: false } : key,
      );
      return { ...lease, retiring };
    }
    case 'LeaseKeyRetirementOrdered': {
      const { issuerKeyId, orderedAt } = event.data;
      const retiring = lease.retiring.map((key) =>
        key.issuerKeyId === issuerKeyId ? { ...key, awaitsDelivery: false, endsAt: orderedAt } : key,
      );
      return { ...lease, retiring };
    }
    case 'LeaseKeyRetired': {
      const { issuerKeyId } = event.data;
      return { ...lease, delay: undefined, retiring: lease.retiring.filter((key) => key.issuerKeyId !== issuerKeyId) };
    }
    default:
      return lease;
  }
};
