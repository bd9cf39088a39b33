import { z } from 'zod';

export const differenceKinds = [
  'unknown-key',
  'missing-key',
  'limits-changed',
  'should-be-dead',
  'duplicate-alias',
  'unreadable',
] as const;

/** `open` and `repairing` wait for somebody or something; the others are over. */
export const differenceStatuses = ['open', 'repairing', 'repaired', 'vanished', 'acknowledged'] as const;

/** What a key may; absent: nothing is set. */
const limitsSchema = z.object({
  modelIds: z.array(z.string()).readonly().optional(),
  budget: z.object({ maxUsd: z.number(), period: z.string().optional() }).optional(),
  rateLimits: z
    .object({
      requestsPerMinute: z.number().optional(),
      tokensPerMinute: z.number().optional(),
      parallelRequests: z.number().optional(),
    })
    .optional(),
  expiresAt: z.iso.datetime().optional(),
  isSuspended: z.boolean().optional(),
});

export type DifferenceLimits = z.infer<typeof limitsSchema>;

/** How an issuer's list and the ledger disagree about one key. There is no field for the key. */
export const differenceViewSchema = z.object({
  differenceId: z.uuid(),
  /** Name of the issuer, for example `litellm`. */
  issuer: z.string(),
  kind: z.enum(differenceKinds),
  /** What the issuer calls the key. */
  issuerKeyId: z.string(),
  alias: z.string().optional(),
  /** Whose key it is, or says to be. */
  leaseId: z.uuid().optional(),
  generation: z.int().min(1).optional(),
  /** Of limits, those that differ: as the ledger has them, and as the issuer does. */
  expected: limitsSchema.optional(),
  found: limitsSchema.optional(),
  status: z.enum(differenceStatuses),
  foundAt: z.iso.datetime(),
  /** Why the last repair came to nothing. */
  failure: z.object({ cause: z.string(), message: z.string(), failedAt: z.iso.datetime() }).optional(),
  /** Whoever repairs, repaired or acknowledged it. */
  by: z.string().optional(),
  /** Of an acknowledgement. */
  reason: z.string().optional(),
  resolvedAt: z.iso.datetime().optional(),
});

export type DifferenceView = z.infer<typeof differenceViewSchema>;

/** What is known of how the keys of a lease are used. */
export const leaseUsageViewSchema = z.object({
  leaseId: z.uuid(),
  /** In the present budget period; absent where the issuer does not tell. */
  spentUsd: z.number().min(0).optional(),
  lastUsedAt: z.iso.datetime().optional(),
  /** When the issuer begins the next budget period. */
  budgetResetAt: z.iso.datetime().optional(),
  /** When it last changed. */
  observedAt: z.iso.datetime().optional(),
  /** The highest threshold that was told in this period. */
  threshold: z
    .object({
      budgetKind: z.enum(['hard', 'soft']),
      percent: z.number(),
      budgetUsd: z.number(),
      reachedAt: z.iso.datetime(),
    })
    .optional(),
  /** Days without use when that was told; absent again after a use. */
  unusedSinceDays: z.int().optional(),
});

export type LeaseUsageView = z.infer<typeof leaseUsageViewSchema>;
