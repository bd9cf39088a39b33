import { defineEvent } from '@keyledger/event-sourcing';
import { z } from 'zod';
import type { Command } from './lease.issuing.messages.ts';
import { budgetSchema, failureCauses, subjectSchema as subject } from './lease.terms.ts';

const time = z.iso.datetime();

/** `rotationId` is the id of the command that wants the rotation; a repetition of it is no second one. */
const rotation = subject.extend({ rotationId: z.uuid() });

export const rotationEvents = {
  /** A successor is to be made; `generation` and `alias` are those of the successor. */
  LeaseRotationStarted: defineEvent(
    rotation.extend({
      alias: z.string(),
      /** How long the key before lives on after the successor is there. */
      graceMs: z.int().min(0),
      reason: z.string().min(1),
      /** Of the successor; absent: that of the key before. */
      expiresAt: time.optional(),
      startedAt: time,
    }),
  ),
  /**
   * What the lease has spent in this budget period counts for the successor too, although its issuer counts by key: until
   * `until` it may spend no more than `budget`. Absent: for as long as the key lives.
   */
  LeaseBudgetCarriedOver: defineEvent(
    rotation.extend({
      /** By all keys of the lease, as the issuer says. */
      spentUsd: z.number().min(0),
      budget: budgetSchema,
      until: time.optional(),
      carriedAt: time,
    }),
  ),
  /** The issuer has confirmed the successor. The key before is still live. */
  LeaseRotated: defineEvent(
    rotation.extend({
      issuer: z.string(),
      owner: z.string(),
      modelIds: z.array(z.string()).min(1),
      delivery: z.object({ channel: z.string() }),
      alias: z.string(),
      issuerKeyId: z.string(),
      mask: z.string(),
      expiresAt: time.optional(),
      gatewayUrl: z.string(),
      retiring: z.object({ issuerKeyId: z.string(), generation: z.int().min(1), endsAt: time }),
      rotatedAt: time,
    }),
  ),
  /** The key before is untouched. */
  LeaseRotationFailed: defineEvent(
    rotation.extend({
      cause: z.enum(failureCauses),
      message: z.string(),
      mayExistAtIssuer: z.boolean(),
      failedAt: time,
    }),
  ),
  /** Whoever uses the key has the one of this generation, so those before may end. */
  LeaseRotationDelivered: defineEvent(subject.extend({ deliveredAt: time })),
  /** The key of this generation is to end at once, whether its successor was delivered or not. */
  LeaseKeyRetirementOrdered: defineEvent(
    subject.extend({
      issuerKeyId: z.string(),
      reason: z.string().min(1),
      orderedBy: z.string().min(1),
      orderedAt: time,
    }),
  ),
  /** The key of this generation ended after its grace period. */
  LeaseKeyRetired: defineEvent(subject.extend({ owner: z.string(), issuerKeyId: z.string(), retiredAt: time })),
};

export type RotateLease = Command<
  'RotateLease',
  {
    rotationId: string;
    graceMs: number;
    reason: string;
    expiresAt?: string;
    /** Live keys that there may be after it; absent: any number. */
    mostKeys?: number;
  }
>;

/** What the lease has spent before the successor is ordered; `resetsAt`: when its issuer counts anew, as it says. */
export type RecordBudgetCarriedOver = Command<
  'RecordBudgetCarriedOver',
  { generation: number; spentUsd: number; resetsAt?: string }
>;

export type RecordRotationDelivered = Command<'RecordRotationDelivered', { generation: number }>;

export type RecordKeyRetired = Command<'RecordKeyRetired', { issuerKeyId: string }>;

/** Ends a key in its grace period now. */
export type RetireKey = Command<'RetireKey', { generation: number; reason: string; orderedBy: string }>;

export type RotationCommand =
  RotateLease | RecordBudgetCarriedOver | RecordRotationDelivered | RetireKey | RecordKeyRetired;
