import { areLeft, isToDiscard, later } from './lease.discarding.ts';
import {
  type DiscardableKey,
  type EndingLease,
  isLive,
  type KeyInMaking,
  keyInMaking,
  type KnownLease,
  type Lease,
  type LiveLease,
  type PendingChange,
  type RetiringKey,
  type StartedLease,
} from './lease.state.ts';

/** What must be done next on a lease. */
export type LeaseStep = Readonly<
  | { kind: 'discard-key'; lease: KnownLease; discardable: DiscardableKey }
  /** Choose and seal one, take one from the stock, or have it made: whichever the issuer does. */
  | { kind: 'obtain-key'; lease: StartedLease | LiveLease; making: KeyInMaking }
  | { kind: 'give-up-key'; lease: StartedLease | LiveLease; making: KeyInMaking }
  | { kind: 'confirm-key'; lease: StartedLease | LiveLease; making: KeyInMaking; issuerKeyId: string }
  | { kind: 'apply-change'; lease: LiveLease; change: PendingChange }
  | { kind: 'retire-key'; lease: LiveLease; retiring: RetiringKey }
  /** The budget period is over in which keys before this one had spent. */
  | { kind: 'restore-budget'; lease: LiveLease }
  | { kind: 'expire'; lease: LiveLease }
  | { kind: 'finish-ending'; lease: EndingLease }
>;

const isOver = (time: string | undefined, now: string): boolean =>
  time !== undefined && Date.parse(time) <= Date.parse(now);

const makeKey = (lease: StartedLease | LiveLease, making: KeyInMaking): LeaseStep | undefined => {
  if (making.key !== undefined) return { kind: 'confirm-key', lease, making, issuerKeyId: making.key.issuerKeyId };
  if (making.requestedFrom === 'custodian') return undefined;
  return { kind: making.requestedFrom === 'issuer' ? 'give-up-key' : 'obtain-key', lease, making };
};

const mayRetire = ({ awaitsDelivery, isByHand }: RetiringKey): boolean => !awaitsDelivery && !isByHand;

const nextOfLive = (lease: LiveLease, now: string): LeaseStep | undefined => {
  const { change, rotation, expiresAt } = lease;
  if (change !== undefined) return { kind: 'apply-change', lease, change };
  if (rotation !== undefined && !(rotation.requestedFrom === 'custodian' && rotation.key === undefined))
    return makeKey(lease, rotation);
  if (isOver(expiresAt, now)) return { kind: 'expire', lease };
  if (rotation === undefined && isOver(lease.carried?.until, now)) return { kind: 'restore-budget', lease };
  const retiring = lease.retiring.find((key) => mayRetire(key) && isOver(key.endsAt, now));
  return retiring === undefined ? undefined : { kind: 'retire-key', lease, retiring };
};

/**
 * The life of a lease, one step at a time, from nothing but its events and the time.
 *
 * Keys that must not live go first, so that there is never one too many. Then a key is made: one that the vault chooses
 * is sealed before the issuer hears of it, and asking again after a crash or a lost answer means asking for the same
 * key; one that the issuer makes is asked for once under its alias, and whatever that may have left without being
 * recorded is discarded. A live lease has one change made at a time; a rotation makes the successor before the key
 * before it ends. An ending lease ends every key that it ever had, and only then has ended.
 */
export const nextStep = (lease: Lease, now: string): LeaseStep | undefined => {
  if (lease.status === 'absent') return undefined;
  const discardable = lease.discardable.find((key) => isToDiscard(key, now));
  if (discardable !== undefined) return { kind: 'discard-key', lease, discardable };
  if (lease.status === 'started') return makeKey(lease, lease);
  if (isLive(lease)) return nextOfLive(lease, now);
  return lease.status === 'ending' && !areLeft(lease.discardable) ? { kind: 'finish-ending', lease } : undefined;
};

/** A step that did not succeed is taken up again by somebody so long after the last event, should nobody else do it. */
export const ATTEMPT_AGAIN_MS = 2 * 60_000;

/** When the lease has to be looked at by itself; absent: an event comes first. A time that is over stays until then. */
export const dueAt = (lease: Lease): string | undefined => {
  if (lease.status === 'absent') return undefined;
  if (nextStep(lease, lease.changedAt) !== undefined) return later(lease.changedAt, ATTEMPT_AGAIN_MS);
  const times = lease.discardable.flatMap(({ lateUntil, isByHand }) =>
    lateUntil === undefined || isByHand ? [] : [lateUntil],
  );
  if (isLive(lease)) {
    times.push(...lease.retiring.filter(mayRetire).map(({ endsAt }) => endsAt));
    if (lease.expiresAt !== undefined) times.push(lease.expiresAt);
    if (lease.carried?.until !== undefined && lease.rotation === undefined) times.push(lease.carried.until);
  }
  return times.sort((one, other) => Date.parse(one) - Date.parse(other))[0];
};

/** Whether somebody works on the lease or waits for it: what the issuer has of it may differ for a while. */
export const isInMotion = (lease: Lease): boolean =>
  keyInMaking(lease) !== undefined || lease.status === 'ending' || (isLive(lease) && lease.change !== undefined);
