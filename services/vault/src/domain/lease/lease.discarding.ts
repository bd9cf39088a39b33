import type { DataOf } from './lease.messages.ts';
import type { DiscardableKey, FailedLease, KeyInMaking, KnownLease, LiveLease, RetiringKey } from './lease.state.ts';

/**
 * A call that makes a key live and whose answer was lost may arrive so late. Far beyond the time after which issuers and
 * the proxies in front of them give a request up; what is later still is found by comparing with the issuer's list.
 */
export const LATE_CALL_MS = 15 * 60_000;

export const later = (time: string, ms: number): string => new Date(Date.parse(time) + ms).toISOString();

/** What may live of a key that is given up while it is made. */
export const abandoned = (making: KeyInMaking, at: string): readonly DiscardableKey[] => {
  const { generation, alias, key, requestedFrom } = making;
  const rest = { generation, lateUntil: later(at, LATE_CALL_MS), checkedAt: undefined, isByHand: false };
  if (key !== undefined) return [{ ...rest, issuerKeyId: key.issuerKeyId, alias: undefined }];
  return requestedFrom === 'issuer' ? [{ ...rest, issuerKeyId: undefined, alias }] : [];
};

const confirmed = ({ issuerKeyId, generation }: Pick<RetiringKey, 'issuerKeyId' | 'generation'>): DiscardableKey => ({
  generation,
  issuerKeyId,
  alias: undefined,
  lateUntil: undefined,
  checkedAt: undefined,
  isByHand: false,
});

const ofLive = ({ key, generation, retiring, rotation }: LiveLease, at: string): readonly DiscardableKey[] => [
  ...(rotation === undefined ? [] : abandoned(rotation, at)),
  ...retiring.map((each) => ({ ...confirmed(each), isByHand: each.isByHand })),
  confirmed({ issuerKeyId: key.issuerKeyId, generation }),
];

const ofFailed = (lease: FailedLease, at: string): readonly DiscardableKey[] =>
  lease.failure.mayExistAtIssuer && lease.key !== undefined ? abandoned(lease, at) : [];

/** Every key of the lease that lives or may live. */
export const allKeys = (lease: KnownLease, at: string): readonly DiscardableKey[] => {
  switch (lease.status) {
    case 'started':
      return [...lease.discardable, ...abandoned(lease, at)];
    case 'failed':
      return [...lease.discardable, ...ofFailed(lease, at)];
    case 'issued':
    case 'suspended':
      return [...lease.discardable, ...ofLive(lease, at)];
    case 'ending':
    case 'ended':
      return lease.discardable;
  }
};

/** By its id or by its alias, whichever it goes by. */
export const isSameKey = (
  key: Pick<DiscardableKey, 'issuerKeyId' | 'alias'>,
  other: Readonly<{ issuerKeyId?: string | undefined; alias?: string | undefined }>,
): boolean => key.issuerKeyId === other.issuerKeyId && key.alias === other.alias;

/** Whether it is to be ended now, for the first or, when a late call may have come after that, for the last time. */
export const isToDiscard = (key: DiscardableKey, now: string): boolean => {
  if (key.isByHand) return false;
  if (key.checkedAt === undefined) return true;
  return key.lateUntil !== undefined && Date.parse(now) >= Date.parse(key.lateUntil);
};

/** Keys that keep a lease from having ended. */
export const areLeft = (keys: readonly DiscardableKey[]): boolean =>
  keys.some((key) => key.isByHand || key.checkedAt === undefined);

const checked = (key: DiscardableKey, at: string): readonly DiscardableKey[] =>
  key.lateUntil === undefined || Date.parse(at) >= Date.parse(key.lateUntil) ? [] : [{ ...key, checkedAt: at }];

export const discarded = <Some extends KnownLease>(lease: Some, data: DataOf<'LeaseKeyDiscarded'>): Some => ({
  ...lease,
  delay: undefined,
  discardable: lease.discardable.flatMap((key) => (isSameKey(key, data) ? checked(key, data.discardedAt) : [key])),
});

/** Whether a key that came to life is one that the lease has, or still wants. */
export const mayLive = (lease: KnownLease, issuerKeyId: string): boolean => {
  if (lease.status === 'ending' || lease.status === 'ended') return false;
  if (lease.discardable.some((key) => key.issuerKeyId === issuerKeyId)) return false;
  if (lease.key?.issuerKeyId === issuerKeyId) return true;
  if (lease.status === 'started' || lease.status === 'failed') return false;
  return (
    lease.rotation?.key?.issuerKeyId === issuerKeyId || lease.retiring.some((key) => key.issuerKeyId === issuerKeyId)
  );
};
