import type { Clock } from '@keyledger/event-sourcing';
import { isLive, type KeyInMaking, type KnownLease } from '../../domain/lease/lease.state.ts';
import type { KeyOrder } from '../ports/issuer-keys.ts';

const SECOND_MS = 1_000;

/** When a successor expires; it gets no more time than its lease has, unless the rotation says so. */
const successorExpiry = (lease: KnownLease): string | undefined =>
  isLive(lease) ? (lease.rotation?.expiresAt ?? lease.expiresAt) : undefined;

/** What is left of the time, in whole seconds: an issuer is told how long, not until when. */
const remaining = (expiresAt: string, now: number): string =>
  `${Math.max(1, Math.ceil((Date.parse(expiresAt) - now) / SECOND_MS))}s`;

const durationOf = (lease: KnownLease, now: number): string | undefined => {
  if (!isLive(lease)) return lease.terms.duration;
  const expiresAt = successorExpiry(lease);
  return expiresAt === undefined ? undefined : remaining(expiresAt, now);
};

/** What the issuer is asked for: the same for every attempt at a generation but for the time that is left. */
export const orderOf = ({ clock }: { readonly clock: Clock }, lease: KnownLease, making: KeyInMaking): KeyOrder => {
  const { leaseId, terms } = lease;
  const { generation, alias } = making;
  return {
    alias,
    owner: terms.owner,
    modelIds: terms.modelIds,
    duration: durationOf(lease, clock().getTime()),
    budget: (isLive(lease) ? lease.rotation?.carried?.budget : undefined) ?? terms.budget,
    softBudgetUsd: terms.softBudgetUsd,
    rateLimits: terms.rateLimits,
    labels: { leaseId, requestId: terms.requestId, generation },
  };
};

const UNIT_MS: Readonly<Record<string, number>> = { s: SECOND_MS, m: 60_000, h: 3_600_000, d: 86_400_000 };

const toMs = (duration: string): number => Number(duration.slice(0, -1)) * (UNIT_MS[duration.slice(-1)] ?? NaN);

/** When a key that is confirmed now expires, by the terms alone. */
export const expiryOf = (lease: KnownLease, now: string): string | undefined => {
  if (isLive(lease)) return successorExpiry(lease);
  const { duration } = lease.terms;
  return duration === undefined ? undefined : new Date(Date.parse(now) + toMs(duration)).toISOString();
};
