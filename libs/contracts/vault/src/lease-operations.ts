import { defineCommand } from '@keyledger/messaging';
import { z } from 'zod';
import { leaseViewSchema } from './lease.ts';
import { labelSchema, ownerSchema } from './secret.ts';

/** Whole seconds, minutes, hours or days: `30d`. */
const spanSchema = z
  .string()
  .regex(/^[1-9]\d{0,5}[smhd]$/, 'Expected a number followed by s, m, h or d, for example 30d');

const usdSchema = z.number().positive().max(1_000_000);

const budgetSchema = z.strictObject({ maxUsd: usdSchema, period: spanSchema.optional() });

const countSchema = z.int().positive().max(1_000_000_000);

const rateLimitsSchema = z.strictObject({
  requestsPerMinute: countSchema.optional(),
  tokensPerMinute: countSchema.optional(),
  parallelRequests: countSchema.optional(),
});

const modelIdsSchema = z.array(z.string().min(1).max(255)).min(1).max(100);

const reasonSchema = z.string().trim().min(1).max(500);

const limits = {
  budget: budgetSchema.optional(),
  softBudgetUsd: usdSchema.optional(),
  rateLimits: rateLimitsSchema.optional(),
};

/** Chosen by the caller: the same key again is the same command, answered as `ignored`. Default: of this message. */
const idempotencyKey = z.string().min(1).max(200).optional();

const byLease = z.strictObject({ leaseId: z.uuid(), idempotencyKey });

/** What whoever wants to change a live key meets first; for those who may not see a lease it is not there. */
const custodyRefusals = ['lease-not-found', 'not-permitted'] as const;

const changeRefusals = [
  ...custodyRefusals,
  'lease-not-issued',
  'lease-ended',
  'change-in-progress',
  'not-supported-by-issuer',
] as const;

/**
 * Issues a key to somebody without a request. Terms that are absent are those of the configuration; terms beyond its
 * bounds are refused. Its owner fetches the key by `RevealSecret` (`checkout`). Only administrators.
 */
export const IssueLease = defineCommand(
  'vault',
  'IssueLease',
  z.strictObject({
    owner: ownerSchema,
    modelIds: modelIdsSchema,
    /** Default: the one that keys for the first model are ordered from. */
    issuer: labelSchema.optional(),
    team: labelSchema.optional(),
    purpose: labelSchema.optional(),
    tags: z.array(labelSchema.max(100)).max(20).optional(),
    duration: spanSchema.optional(),
    ...limits,
    idempotencyKey,
  }),
  leaseViewSchema,
  ['not-permitted', 'issuer-not-found', 'exceeds-limits', 'lease-exists'],
);

/** Moves the expiry, at most as far from now as a new key would live. Only administrators. */
export const RenewLease = defineCommand(
  'vault',
  'RenewLease',
  byLease.extend({ expiresAt: z.iso.datetime() }),
  leaseViewSchema,
  [...changeRefusals, 'expiry-in-the-past', 'exceeds-limits'],
);

/** What is absent is kept. Only administrators. */
export const ChangeLeaseLimits = defineCommand(
  'vault',
  'ChangeLeaseLimits',
  byLease
    .extend({ ...limits, modelIds: modelIdsSchema.optional() })
    .refine(
      ({ budget, softBudgetUsd, rateLimits, modelIds }) =>
        [budget, softBudgetUsd, rateLimits, modelIds].some((each) => each !== undefined),
      'Expected something to change',
    ),
  leaseViewSchema,
  [...changeRefusals, 'exceeds-limits'],
);

/** The key stops working and can be resumed. For the owner and administrators. */
export const SuspendLease = defineCommand(
  'vault',
  'SuspendLease',
  byLease.extend({ reason: reasonSchema }),
  leaseViewSchema,
  changeRefusals,
);

/** Only administrators: an owner does not undo what was not the owner's doing. */
export const ResumeLease = defineCommand('vault', 'ResumeLease', byLease, leaseViewSchema, [
  ...changeRefusals,
  'not-suspended',
]);

/**
 * Makes a new key, which is brought to the owner as the first one was; the key before lives on until then, and for the
 * grace period. What the lease has spent in its budget period counts for the new one. For the owner, who has two keys at
 * most (`too-many-keys`), and administrators; another expiry only by administrators, within the bounds.
 */
export const RotateLease = defineCommand(
  'vault',
  'RotateLease',
  byLease.extend({
    reason: reasonSchema,
    /** Default, and most: as configured. */
    gracePeriod: spanSchema.optional(),
    /** How long the new key shall live from now on; absent: as long as the key before it would. */
    duration: spanSchema.optional(),
  }),
  leaseViewSchema,
  [
    ...custodyRefusals,
    'lease-not-issued',
    'lease-suspended',
    'lease-ended',
    'change-in-progress',
    'exceeds-limits',
    'too-many-keys',
  ],
);

/**
 * Ends a key before the one that counts at once, whether its grace period is over and its successor was delivered or not: for
 * a delivery that never succeeds, and for a key that has leaked. `key-not-found`: no such key, or the one that counts, which is
 * rotated or revoked. A key that has ended answers `ignored`. For the owner and administrators.
 */
export const RetireLeaseKey = defineCommand(
  'vault',
  'RetireLeaseKey',
  byLease.extend({ generation: z.int().min(1), reason: reasonSchema }),
  leaseViewSchema,
  [...custodyRefusals, 'lease-not-issued', 'lease-ended', 'key-not-found'],
);

/** Ends every key of the lease, at the issuer as well; never given up. For the owner and administrators. */
export const RevokeLease = defineCommand(
  'vault',
  'RevokeLease',
  byLease.extend({ reason: reasonSchema }),
  leaseViewSchema,
  custodyRefusals,
);
