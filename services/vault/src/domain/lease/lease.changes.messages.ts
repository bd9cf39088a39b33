import { defineEvent } from '@keyledger/event-sourcing';
import { z } from 'zod';
import type { Command } from './lease.issuing.messages.ts';
import { type FailureCause, failureCauses, type LeaseLimits, limitsSchema, subjectSchema } from './lease.terms.ts';

/** What can be changed of a live key. */
const changeKinds = ['renewal', 'limits', 'suspension', 'resumption'] as const;

const time = z.iso.datetime();

/** `changeId` is the id of the command that wants the change; a repetition of it is no second change. */
const change = subjectSchema.extend({ changeId: z.uuid() });

/** Keys in their grace period at which the issuer did not do what it did to the key that counts. */
const except = z
  .array(
    z.object({
      generation: z.int().min(1),
      issuerKeyId: z.string().min(1),
      cause: z.enum(failureCauses),
      message: z.string(),
    }),
  )
  .min(1)
  .optional();

export type RefusedKey = NonNullable<z.infer<typeof except>>[number];

/** Each change is an intent before the issuer is asked, and an outcome after. */
export const changeEvents = {
  LeaseRenewalStarted: defineEvent(change.extend({ expiresAt: time, startedAt: time })),
  LeaseRenewed: defineEvent(
    change.extend({
      owner: z.string(),
      /** As the issuer says; by our reckoning where it ends no keys by itself. */
      expiresAt: time,
      renewedAt: time,
    }),
  ),
  LeaseLimitsChangeStarted: defineEvent(change.extend({ ...limitsSchema.shape, startedAt: time })),
  /** With those limits only that are new. */
  LeaseLimitsChanged: defineEvent(change.extend({ owner: z.string(), ...limitsSchema.shape, changedAt: time })),
  LeaseSuspensionStarted: defineEvent(change.extend({ reason: z.string().min(1), startedAt: time })),
  LeaseSuspended: defineEvent(
    change.extend({ owner: z.string(), reason: z.string().min(1), except, suspendedAt: time }),
  ),
  LeaseResumptionStarted: defineEvent(change.extend({ startedAt: time })),
  LeaseResumed: defineEvent(change.extend({ owner: z.string(), except, resumedAt: time })),
  /** The key that counts is as it was before, as far as the issuer says, and it was asked first. */
  LeaseChangeFailed: defineEvent(
    change.extend({
      change: z.enum(changeKinds),
      cause: z.enum([...failureCauses, 'not-supported-by-issuer']),
      message: z.string(),
      failedAt: time,
    }),
  ),
};

export type ChangeFailureCause = FailureCause | 'not-supported-by-issuer';

export type RenewLease = Command<'RenewLease', { changeId: string; expiresAt: string }>;

export type ChangeLeaseLimits = Command<'ChangeLeaseLimits', { changeId: string; limits: LeaseLimits }>;

export type SuspendLease = Command<'SuspendLease', { changeId: string; reason: string }>;

export type ResumeLease = Command<'ResumeLease', { changeId: string }>;

/**
 * The issuer has confirmed the pending change; `expiresAt` as it says after a renewal, `except` what it did not do to keys in
 * their grace period.
 */
export type RecordLeaseChanged = Command<
  'RecordLeaseChanged',
  { changeId: string; expiresAt?: string; except?: readonly RefusedKey[] }
>;

export type RecordChangeFailed = Command<
  'RecordChangeFailed',
  { changeId: string; cause: ChangeFailureCause; message: string }
>;

export type ChangeCommand =
  RenewLease | ChangeLeaseLimits | SuspendLease | ResumeLease | RecordLeaseChanged | RecordChangeFailed;
