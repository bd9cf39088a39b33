import { defineEvent, eventCodec, type EventOf, type Message } from '@keyledger/event-sourcing';
import { z } from 'zod';
import type { UsageRules } from '../policies/usage-rules.policy.ts';

const time = z.iso.datetime();
const usd = z.number().min(0);

const subject = z.object({
  leaseId: z.uuid(),
  requestId: z.uuid().optional(),
  owner: z.string().min(1),
  modelIds: z.array(z.string()).min(1),
  mask: z.string().optional(),
});

const events = {
  /** What the issuer says has changed since the last time. */
  LeaseUsageObserved: defineEvent(
    subject.extend({
      /** 1 for the first budget period that was seen. */
      period: z.int().min(1),
      /** In this period, of all keys that the lease had in it. */
      spentUsd: usd,
      /** As the issuer tells; `beforeUsd` is of earlier periods, where it counts for ever and the vault by period. */
      keys: z.array(z.object({ issuerKeyId: z.string(), spentUsd: usd, beforeUsd: usd.optional() })),
      /** As the issuer tells; otherwise when its spend was last seen to have grown. */
      lastUsedAt: time.optional(),
      /** When the issuer begins the next period. */
      budgetResetAt: time.optional(),
      observedAt: time,
    }),
  ),
  /** More than one threshold at once are told as the highest of them. */
  LeaseThresholdReached: defineEvent(
    subject.extend({
      budgetKind: z.enum(['hard', 'soft']),
      percent: z.number().positive(),
      spentUsd: usd,
      budgetUsd: z.number().positive(),
      period: z.int().min(1),
      budgetResetAt: time.optional(),
      reachedAt: time,
    }),
  ),
  LeaseUnused: defineEvent(
    subject.extend({
      sinceDays: z.int().min(0),
      /** Absent: never since it was issued. */
      lastUsedAt: time.optional(),
      noticedAt: time,
    }),
  ),
  LeaseExpiryReminderDue: defineEvent(
    subject.extend({
      /** Days until then, rounded up. */
      daysLeft: z.int().min(1),
      expiresAt: time,
      /** Which of the times before expiry this is. */
      beforeMs: z.int().positive(),
      remindedAt: time,
    }),
  ),
};

export const leaseUsageCodec = eventCodec(events);

export type LeaseUsageEvent = EventOf<typeof events>;

export type LeaseUsageSubject = Readonly<z.infer<typeof subject>>;

/** A live lease, as far as it matters how it is used. */
export interface WatchedLease extends LeaseUsageSubject {
  readonly issuedAt: string;
  /** A reminder whose time is not later than this is not given. */
  readonly validSince: string;
  readonly expiresAt?: string | undefined;
  readonly budget?: Readonly<{ maxUsd: number; period?: string | undefined }> | undefined;
  readonly softBudgetUsd?: number | undefined;
  readonly isSuspended: boolean;
}

/** What the issuer tells of one key. */
export interface KeyUsageSeen {
  readonly issuerKeyId: string;
  readonly spentUsd?: number | undefined;
  readonly lastUsedAt?: string | undefined;
  readonly budgetResetAt?: string | undefined;
}

/**
 * `seen` is empty for an issuer that tells nothing. `countsForEver`: what it tells is of the whole life of a key and knows
 * no periods.
 */
export type WatchLease = Message<
  'WatchLease',
  Readonly<{
    lease: WatchedLease;
    seen: readonly KeyUsageSeen[];
    countsForEver?: boolean;
    rules: UsageRules;
    now: string;
  }>
>;
