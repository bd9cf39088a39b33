import { budgetOf } from '../lease/lease.budget.ts';
import { isInMotion } from '../lease/lease.process.ts';
import { isLive, type KnownLease, type LiveLease, type RetiringKey } from '../lease/lease.state.ts';
import type { LedgerKey, LedgerLease } from '../policies/compare-keys.policy.ts';

const keyOf = (lease: LiveLease): LedgerKey => {
  const { key, generation, alias, terms, expiresAt, status } = lease;
  const budget = budgetOf(lease);
  const { modelIds, rateLimits } = terms;
  const limits = { modelIds, budget, rateLimits, expiresAt, isSuspended: status === 'suspended' };
  return { issuerKeyId: key.issuerKeyId, generation, alias, limits };
};

const isPast = (time: string | undefined, now: string): boolean =>
  time !== undefined && Date.parse(time) <= Date.parse(now);

/** Its time is over and nothing keeps it: a key that could not be ended, when there is such a one. */
const isOverdue = ({ endsAt, awaitsDelivery }: RetiringKey, now: string): boolean =>
  !awaitsDelivery && isPast(endsAt, now);

/**
 * What a lease says of its keys. It is at rest when nobody works on it; one whose time is over is about to end, and
 * neither an end nor a key that could not be ended in time is waited for any longer. What else is under way still is.
 */
export const ledgerLeaseOf = (lease: KnownLease, now: string): LedgerLease => {
  const { leaseId, terms, lastGeneration, status } = lease;
  const isDelayed = lease.delay !== undefined;
  const isAboutToEnd = isLive(lease) && isPast(lease.expiresAt, now);
  const discardable = isDelayed ? [] : lease.discardable;
  const retiring = isLive(lease) ? lease.retiring.filter((key) => !isDelayed || !isOverdue(key, now)) : [];
  return {
    leaseId,
    issuer: terms.issuer,
    isAtRest: (!isInMotion(lease) || (status === 'ending' && isDelayed)) && !isAboutToEnd,
    lastGeneration,
    ...(isLive(lease) ? { key: keyOf(lease) } : {}),
    passing: [...discardable, ...retiring].map(({ generation, issuerKeyId }) => ({ generation, issuerKeyId })),
  };
};
