import { allKeys } from './lease.discarding.ts';
import type { LeaseEvent } from './lease.messages.ts';
import { type EndedLease, type EndingLease, isLive, type KnownLease } from './lease.state.ts';

interface Start {
  readonly how: EndingLease['how'];
  readonly reason?: string | undefined;
  readonly bulkId?: string | undefined;
  readonly endingSince: string;
}

/** What was under way is dropped; what lives or may live of the lease is to be ended. */
const endingStarted = (lease: KnownLease, { how, reason, bulkId, endingSince }: Start): EndingLease => {
  const { leaseId, terms, generation, alias, startedAt, attemptedSince, key, retryIds, issuedAt, expiresAt } = lease;
  const { lastGeneration, nextVersion, expirySetAt, changedAt } = lease;
  const kept = { leaseId, terms, generation, alias, startedAt, attemptedSince, key, retryIds, issuedAt, expiresAt };
  const discardable = allKeys(lease, endingSince);
  const rest = {
    lastGeneration,
    nextVersion,
    expirySetAt,
    changedAt,
    requestedFrom: undefined,
    delay: undefined,
    discardable,
  };
  return { ...kept, ...rest, status: 'ending', how, reason, bulkId, endingSince };
};

const ended = (lease: KnownLease, how: EndingLease['how'], endedAt: string): EndedLease => {
  const { reason, bulkId, endingSince } =
    lease.status === 'ending' ? lease : { reason: undefined, bulkId: undefined, endingSince: endedAt };
  const { discardable, delay } = lease;
  return {
    ...endingStarted(lease, { how, reason, bulkId, endingSince }),
    status: 'ended',
    discardable,
    delay,
    endedAt,
  };
};

const byHand = (lease: KnownLease, issuerKeyId: string): KnownLease => {
  const marked = <Key extends { readonly issuerKeyId: string | undefined }>(keys: readonly Key[]): readonly Key[] =>
    keys.map((key) => (key.issuerKeyId === issuerKeyId ? { ...key, isByHand: true } : key));
  const discardable = marked(lease.discardable);
  return isLive(lease) ? { ...lease, discardable, retiring: marked(lease.retiring) } : { ...lease, discardable };
};

const endConfirmed = (lease: KnownLease, issuerKeyId: string): KnownLease => {
  const without = <Key extends { readonly issuerKeyId: string | undefined }>(keys: readonly Key[]): readonly Key[] =>
    keys.filter((key) => key.issuerKeyId !== issuerKeyId);
  const discardable = without(lease.discardable);
  return isLive(lease) ? { ...lease, discardable, retiring: without(lease.retiring) } : { ...lease, discardable };
};

export const evolveEnding = (lease: KnownLease, event: LeaseEvent): KnownLease => {
  switch (event.type) {
    case 'LeaseRevocationStarted': {
      const { reason, bulkId, startedAt } = event.data;
      return endingStarted(lease, { how: 'revoked', reason, bulkId, endingSince: startedAt });
    }
    case 'LeaseExpiryStarted':
      return endingStarted(lease, { how: 'expired', endingSince: event.data.startedAt });
    case 'LeaseRevoked':
      return ended(lease, 'revoked', event.data.revokedAt);
    case 'LeaseExpired':
      return ended(lease, 'expired', event.data.expiredAt);
    case 'LeaseEndingDelayed': {
      const { cause, message, delayedAt } = event.data;
      return { ...lease, delay: { cause, message, delayedAt } };
    }
    case 'LeaseKeyEndRequested':
      return byHand(lease, event.data.issuerKeyId);
    case 'LeaseKeyEndConfirmed':
      return endConfirmed(lease, event.data.issuerKeyId);
    default:
      return lease;
  }
};
