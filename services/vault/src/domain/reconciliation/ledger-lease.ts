import { isInMotion } from '../lease/lease.process.ts';
import { isLive, type KnownLease, type LiveLease } from '../lease/lease.state.ts';
import type { LedgerKey, LedgerLease } from '../policies/compare-keys.policy.ts';

const keyOf = ({ key, generation, alias, terms, expiresAt, status }: LiveLease): LedgerKey => {
  const { modelIds, budget, rateLimits } = terms;
  const limits = { modelIds, budget, rateLimits, expiresAt, isSuspended: status === 'suspended' };
  return { issuerKeyId: key.issuerKeyId, generation, alias, limits };
};

const isPast = (time: string | undefined, now: string): boolean =>
  time !== undefined && Date.parse(time) <= Date.parse(now);

/**
 * What a lease says of its keys. It is at rest when nobody works on it; one whose time is over is about to end, and one
 * whose keys could not be ended in time is not waited for any longer.
 */
export const ledgerLeaseOf = (lease: KnownLease, now: string): LedgerLease => {
  const { leaseId, terms, lastGeneration, delay } = lease;
  const isAboutToEnd = isLive(lease) && isPast(lease.expiresAt, now);
  const discardable = delay === undefined ? lease.discardable : [];
  const retiring = isLive(lease) && delay === undefined ? lease.retiring : [];
  return {
    leaseId,
    issuer: terms.issuer,
    isAtRest: (!isInMotion(lease) || delay !== undefined) && !isAboutToEnd,
    lastGeneration,
    ...(isLive(lease) ? { key: keyOf(lease) } : {}),
    passing: [...discardable, ...retiring].map(({ generation, issuerKeyId }) => ({ generation, issuerKeyId })),
  };
};
