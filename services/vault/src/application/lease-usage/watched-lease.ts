import type { LiveLease } from '../../domain/lease/lease.state.ts';
import type { WatchedLease } from '../../domain/lease-usage/lease-usage.messages.ts';

/** What the watch over usage needs to know of a lease. */
export const watchedLeaseOf = (lease: LiveLease): WatchedLease => {
  const { leaseId, terms, key, issuedAt, expiresAt, expirySetAt = issuedAt, status } = lease;
  const { requestId, owner, modelIds, budget, softBudgetUsd } = terms;
  return {
    leaseId,
    ...(requestId === undefined ? {} : { requestId }),
    owner,
    modelIds,
    mask: key.mask,
    issuedAt,
    validSince: expirySetAt,
    expiresAt,
    budget,
    softBudgetUsd,
    isSuspended: status === 'suspended',
  };
};

/** Keys that may be in use. */
export const usedKeysOf = ({ key, retiring }: LiveLease): readonly string[] => [
  key.issuerKeyId,
  ...retiring.map(({ issuerKeyId }) => issuerKeyId),
];
