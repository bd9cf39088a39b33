import { type Difference, type DifferenceKind, differenceIdOf, type KeyLimits } from '../reconciliation/difference.ts';

/** A key as the issuer's list has it. */
export interface FoundKey extends KeyLimits {
  readonly issuerKeyId: string;
  readonly alias?: string | undefined;
  /** Absent: they cannot be read. */
  readonly labels?: Readonly<{ leaseId: string; generation: number }> | undefined;
}

/** The key that counts. */
export interface LedgerKey {
  readonly issuerKeyId: string;
  readonly generation: number;
  readonly alias: string;
  readonly limits: KeyLimits;
}

/** A key that may be there for a while and need not: in its grace period, or about to be ended. */
export interface PassingKey {
  readonly generation: number;
  /** Absent: nobody knows it. */
  readonly issuerKeyId?: string | undefined;
}

/** What the ledger says of the keys of one lease. */
export interface LedgerLease {
  readonly leaseId: string;
  readonly issuer: string;
  /** False while keys are being made, changed or ended: whatever is found then is no difference yet. */
  readonly isAtRest: boolean;
  /** Generations up to this one have been begun. */
  readonly lastGeneration: number;
  /** Absent: none counts, and every key must be dead that is not passing. */
  readonly key?: LedgerKey | undefined;
  readonly passing: readonly PassingKey[];
}

/** What an issuer says of the terms of its keys; nothing else of them can be compared. */
export type Enforced = readonly ('models' | 'expiry' | 'budget' | 'rate-limits')[];

export interface ComparedIssuer {
  readonly issuer: string;
  readonly enforces: Enforced;
}

/** Issuers count from when they were asked, some in whole seconds or minutes. */
const EXPIRY_TOLERANCE_MS = 60_000;

type Same = (expected: KeyLimits, found: KeyLimits) => boolean;

const sameModels: Same = ({ modelIds: expected = [] }, { modelIds: found = [] }) =>
  expected.every((model) => found.includes(model)) && found.every((model) => expected.includes(model));

/** The period only where the issuer names one: some know no more than days, weeks and months. */
const sameBudget: Same = ({ budget: expected }, { budget: found }) =>
  expected?.maxUsd === found?.maxUsd && (found?.period === undefined || found.period === expected?.period);

const sameRates: Same = ({ rateLimits: expected }, { rateLimits: found }) =>
  (['requestsPerMinute', 'tokensPerMinute', 'parallelRequests'] as const).every(
    (limit) => expected?.[limit] === found?.[limit],
  );

const sameExpiry: Same = ({ expiresAt: expected }, { expiresAt: found }) =>
  expected === undefined || found === undefined
    ? expected === found
    : Math.abs(Date.parse(expected) - Date.parse(found)) <= EXPIRY_TOLERANCE_MS;

/** An issuer that cannot suspend says nothing of it. */
const sameSuspension: Same = ({ isSuspended: expected = false }, { isSuspended: found }) =>
  found === undefined || found === expected;

const comparisons: readonly Readonly<{ field: keyof KeyLimits; same: Same; by?: Enforced[number] }>[] = [
  { field: 'modelIds', same: sameModels, by: 'models' },
  { field: 'budget', same: sameBudget, by: 'budget' },
  { field: 'rateLimits', same: sameRates, by: 'rate-limits' },
  { field: 'expiresAt', same: sameExpiry, by: 'expiry' },
  { field: 'isSuspended', same: sameSuspension },
];

/** Models in order, so that the same difference looks the same however the issuer lists them. */
const picked = ({ modelIds, ...limits }: KeyLimits, fields: readonly (keyof KeyLimits)[]): KeyLimits => {
  const sorted: KeyLimits = modelIds === undefined ? limits : { ...limits, modelIds: [...modelIds].sort() };
  return Object.fromEntries(
    fields.filter((field) => sorted[field] !== undefined).map((field) => [field, sorted[field]]),
  );
};

/** The limits that differ, on both sides; `undefined` when none does. */
const differingLimits = (expected: KeyLimits, found: KeyLimits, enforces: Enforced) => {
  const differing = comparisons
    .filter(({ by }) => by === undefined || enforces.includes(by))
    .filter(({ same }) => !same(expected, found))
    .map(({ field }) => field);
  if (differing.length === 0) return undefined;
  return { expected: picked(expected, differing), found: picked(found, differing) };
};

const difference = (issuer: string, kind: DifferenceKind, { issuerKeyId, alias, labels }: FoundKey): Difference => ({
  differenceId: differenceIdOf(issuer, kind, issuerKeyId),
  kind,
  issuerKeyId,
  ...(alias === undefined ? {} : { alias }),
  ...(labels === undefined ? {} : { leaseId: labels.leaseId, generation: labels.generation }),
});

/** Why a key that the ledger does not list must not be there. */
const kindOfUnlisted = (generation: number, { lastGeneration, key }: LedgerLease): DifferenceKind => {
  if (generation > lastGeneration) return 'unknown-key';
  return key?.generation === generation ? 'duplicate-alias' : 'should-be-dead';
};

const isPassing = ({ passing }: LedgerLease, issuerKeyId: string, labelled: number): boolean =>
  passing.some(({ generation, issuerKeyId: id }) => (id === undefined ? generation === labelled : id === issuerKeyId));

/**
 * What is wrong with a key that the issuer has, as far as it can be told from the lease that it is labelled with;
 * `undefined` when nothing is, or nothing yet.
 */
export const differenceOfFound = (
  found: FoundKey,
  lease: LedgerLease | undefined,
  { issuer, enforces }: ComparedIssuer,
): Difference | undefined => {
  const { labels, issuerKeyId } = found;
  if (labels === undefined) return difference(issuer, 'unreadable', found);
  if (lease === undefined || lease.issuer !== issuer) return difference(issuer, 'unknown-key', found);
  if (!lease.isAtRest) return undefined;
  const { key } = lease;
  if (key?.issuerKeyId !== issuerKeyId) {
    if (isPassing(lease, issuerKeyId, labels.generation)) return undefined;
    return difference(issuer, kindOfUnlisted(labels.generation, lease), found);
  }
  const limits = differingLimits(key.limits, found, enforces);
  if (limits === undefined) return undefined;
  return { ...difference(issuer, 'limits-changed', { ...found, labels: { ...labels, ...key } }), ...limits };
};

/** The key of a lease whose absence at the issuer would be a difference. */
export const keyToBeFound = ({ isAtRest, key }: LedgerLease): LedgerKey | undefined => (isAtRest ? key : undefined);

/** For a key of which the issuer says that it has none. */
export const missingKey = (
  { leaseId, issuer }: LedgerLease,
  { generation, issuerKeyId, alias }: LedgerKey,
): Difference => difference(issuer, 'missing-key', { issuerKeyId, alias, labels: { leaseId, generation } });

/** For a key that counts and carries our marker, but does not say any more whose it is. */
export const unreadableKey = (
  { leaseId, issuer }: LedgerLease,
  { generation, issuerKeyId, alias }: LedgerKey,
): Difference => difference(issuer, 'unreadable', { issuerKeyId, alias, labels: { leaseId, generation } });
