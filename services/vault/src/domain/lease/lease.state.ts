import type { KeyMaker } from './lease.issuing.messages.ts';
import type { FailureCause, LeaseLimits, LeaseTerms } from './lease.terms.ts';

/** A key that lies sealed; whether the issuer knows it is said by the status of the lease. */
export interface LeaseKey {
  readonly issuerKeyId: string;
  readonly mask: string;
  /** Of the secret with the id of the lease. */
  readonly version: number;
}

/** A key on its way: the first of a lease, or the successor in a rotation. */
export interface KeyInMaking {
  readonly generation: number;
  readonly alias: string;
  /** Start of the current series of attempts. */
  readonly attemptedSince: string;
  /** Whoever was asked to make it; absent for a key that the vault chooses or takes. */
  readonly requestedFrom: KeyMaker | undefined;
  readonly key: LeaseKey | undefined;
}

/** A key that must not live, by its id, or by its alias when nobody knows the id. */
export interface DiscardableKey {
  readonly generation: number;
  readonly issuerKeyId: string | undefined;
  readonly alias: string | undefined;
  /** Until then a call that would make it may still arrive: it is looked after once more. */
  readonly lateUntil: string | undefined;
  readonly checkedAt: string | undefined;
  /** The issuer cannot end it: a person does, and confirms it. */
  readonly isByHand: boolean;
}

/** The key before the current one, in its grace period. */
export interface RetiringKey {
  readonly issuerKeyId: string;
  readonly generation: number;
  readonly endsAt: string;
  /** Whoever uses it has not got its successor yet. */
  readonly awaitsDelivery: boolean;
  readonly isByHand: boolean;
  /** What was done to the key that counts and not to this one: a suspension, and it works on; or a resumption. */
  readonly refused?:
    Readonly<{ change: 'suspension' | 'resumption'; cause: FailureCause; message: string }> | undefined;
}

export type PendingChange = Readonly<
  { changeId: string; startedAt: string } & (
    | { kind: 'renewal'; expiresAt: string }
    | { kind: 'limits'; limits: LeaseLimits }
    | { kind: 'suspension'; reason: string }
    | { kind: 'resumption' }
  )
>;

/** What a key may spend less than its terms say, since keys before it have spent the rest. */
export interface CarriedBudget {
  readonly budget: NonNullable<LeaseLimits['budget']>;
  /** When the budget of the terms holds again; absent: never for this key. */
  readonly until: string | undefined;
}

/** The successor that is being made. */
export interface Rotation extends KeyInMaking {
  /** Absent before that is known, and where the issuer counts nothing. */
  readonly carried?: CarriedBudget | undefined;
  readonly rotationId: string;
  readonly graceMs: number;
  readonly expiresAt: string | undefined;
}

interface Known {
  readonly leaseId: string;
  readonly terms: LeaseTerms;
  /** Of the key that counts; of the one that is being made while there was none. */
  readonly generation: number;
  readonly alias: string;
  readonly startedAt: string;
  /** Start of the current series of attempts. */
  readonly attemptedSince: string;
  readonly requestedFrom: KeyMaker | undefined;
  readonly key: LeaseKey | undefined;
  readonly discardable: readonly DiscardableKey[];
  /** What keys that must not live wait for; absent again when one of them is gone. */
  readonly delay: Readonly<{ cause: FailureCause; message: string; delayedAt: string }> | undefined;
  readonly retryIds: readonly string[];
  /** The highest that was used, also by keys that came to nothing. */
  readonly lastGeneration: number;
  /** Of the secret, for the next key that is sealed. */
  readonly nextVersion: number;
  readonly issuedAt: string | undefined;
  readonly expiresAt: string | undefined;
  /** When `expiresAt` was set last; absent before the first key. */
  readonly expirySetAt: string | undefined;
  /** Time of the last event. */
  readonly changedAt: string;
}

export interface LeaseFailure {
  readonly cause: FailureCause;
  readonly message: string;
  readonly mayExistAtIssuer: boolean;
  readonly failedAt: string;
}

interface Live extends Known {
  readonly key: LeaseKey;
  readonly issuedAt: string;
  readonly change: PendingChange | undefined;
  readonly rotation: Rotation | undefined;
  /** Of the key that counts, in the place of the budget of the terms. */
  readonly carried?: CarriedBudget | undefined;
  readonly retiring: readonly RetiringKey[];
  /** Changes and rotations that were asked for; each is made once. */
  readonly handledIds: readonly string[];
}

interface Ending extends Known {
  readonly how: 'revoked' | 'expired';
  /** Of a revocation. */
  readonly reason: string | undefined;
  readonly bulkId: string | undefined;
  readonly endingSince: string;
}

export type StartedLease = Known & { readonly status: 'started' };
export type FailedLease = Known & { readonly status: 'failed'; readonly failure: LeaseFailure };
export type IssuedLease = Live & { readonly status: 'issued' };
export type SuspendedLease = Live & {
  readonly status: 'suspended';
  readonly suspension: Readonly<{ reason: string; suspendedAt: string }>;
};
export type EndingLease = Ending & { readonly status: 'ending' };
export type EndedLease = Ending & { readonly status: 'ended'; readonly endedAt: string };

/** Its key counts, or would if it were not suspended. */
export type LiveLease = IssuedLease | SuspendedLease;

export type KnownLease = StartedLease | FailedLease | LiveLease | EndingLease | EndedLease;

export type Lease = Readonly<{ status: 'absent' }> | KnownLease;

export const initialState: Lease = { status: 'absent' };

export const isLive = (lease: Lease): lease is LiveLease => lease.status === 'issued' || lease.status === 'suspended';

/** The key that is being made, if one is. */
export const keyInMaking = (lease: Lease): KeyInMaking | undefined => {
  if (lease.status === 'started') return lease;
  return isLive(lease) ? lease.rotation : undefined;
};
