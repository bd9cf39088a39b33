import { defineIntegrationEvent } from '@keyledger/messaging';
import { z } from 'zod';

const subject = z.object({
  leaseId: z.uuid(),
  /** Absent for a key that nobody requested, but an administrator issued. */
  requestId: z.uuid().optional(),
  owner: z.string(),
  modelIds: z.array(z.string()).min(1),
  mask: z.string().optional(),
});

const define = <const Type extends string, Data>(type: Type, schema: z.ZodType<Data>) =>
  defineIntegrationEvent('vault', 'leaseUsage', type, 1, schema);

/** Told once per budget period. */
export const LeaseThresholdReached = define(
  'LeaseThresholdReached',
  subject.extend({
    /** `hard`: at its end the issuer refuses. `soft`: people are told, and nothing else. */
    budgetKind: z.enum(['hard', 'soft']),
    percent: z.number(),
    spentUsd: z.number(),
    budgetUsd: z.number(),
    /** When the budget begins anew, where it does and the issuer tells. */
    budgetResetAt: z.iso.datetime().optional(),
  }),
);

/** Told once, and again after it was used. */
export const LeaseUnused = define(
  'LeaseUnused',
  subject.extend({
    sinceDays: z.int(),
    /** Absent: never. */
    lastUsedAt: z.iso.datetime().optional(),
  }),
);

/** Told once for each of the times before expiry that the operator has set; a renewal begins anew. */
export const LeaseExpiryReminderDue = define(
  'LeaseExpiryReminderDue',
  subject.extend({ daysLeft: z.int(), expiresAt: z.iso.datetime() }),
);
