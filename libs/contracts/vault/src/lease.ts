import { z } from 'zod';

export const leaseStatuses = ['started', 'issued', 'suspended', 'ending', 'ended', 'failed'] as const;

/** What can be changed of a live key. */
export const leaseChanges = ['renewal', 'limits', 'suspension', 'resumption'] as const;

export const leaseEnds = ['revoked', 'expired'] as const;

const time = z.iso.datetime();

export const leaseBudgetSchema = z.object({ maxUsd: z.number().positive(), period: z.string().optional() });

export const leaseRateLimitsSchema = z.object({
  requestsPerMinute: z.int().positive().optional(),
  tokensPerMinute: z.int().positive().optional(),
  parallelRequests: z.int().positive().optional(),
});

/** What everybody with an interest may see of a lease. There is no field for the key. */
export const leaseViewSchema = z.object({
  leaseId: z.uuid(),
  /** Absent for a lease that an administrator issued without a request. */
  requestId: z.uuid().optional(),
  status: z.enum(leaseStatuses),
  /** Name of the issuer, for example `litellm`. */
  issuer: z.string(),
  owner: z.string(),
  team: z.string().optional(),
  /** What the key is for, in the words of whoever asked. */
  purpose: z.string().optional(),
  tags: z.array(z.string()).optional(),
  modelIds: z.array(z.string()).min(1),
  budget: leaseBudgetSchema.optional(),
  /** Spending beyond it is refused by nobody; people are told. */
  softBudgetUsd: z.number().positive().optional(),
  rateLimits: leaseRateLimitsSchema.optional(),
  /** What the key may spend in the place of `budget` until then, or for good: keys before it have spent the rest. */
  remainingBudget: z.object({ maxUsd: z.number().positive(), until: time.optional() }).optional(),
  /** 1 for the first key of the lease. */
  generation: z.int().min(1),
  /** Name of the key at the issuer; never used twice. */
  alias: z.string(),
  /** First and last four characters, or `****`. */
  mask: z.string().optional(),
  startedAt: time,
  issuedAt: time.optional(),
  expiresAt: time.optional(),
  failure: z.object({ cause: z.string(), message: z.string(), failedAt: time }).optional(),
  /** What the issuer is being asked to change. */
  change: z.object({ changeId: z.uuid(), kind: z.enum(leaseChanges), startedAt: time }).optional(),
  /** Why and since when the key does not work for the time being. */
  suspension: z.object({ reason: z.string(), suspendedAt: time }).optional(),
  /** A successor of the key is being made; the key is as it was. */
  rotation: z.object({ rotationId: z.uuid(), generation: z.int().min(2) }).optional(),
  /** Keys before the one that counts, which live on for a while. */
  retiring: z
    .array(
      z.object({
        generation: z.int().min(1),
        endsAt: time,
        /** Whoever uses it has not got its successor yet: it lives until then. */
        awaitsDelivery: z.boolean(),
        /** The issuer did this to the key that counts and not to this one; asking for it again may help. */
        refused: z
          .object({ change: z.enum(['suspension', 'resumption']), cause: z.string(), message: z.string() })
          .optional(),
      }),
    )
    .optional(),
  /** How and since when the lease ends; its keys are being ended at the issuer until `endedAt`. */
  end: z
    .object({ how: z.enum(leaseEnds), reason: z.string().optional(), startedAt: time, endedAt: time.optional() })
    .optional(),
  /** Keys that must not live still do, since the issuer does not end them. The vault keeps trying. */
  delay: z.object({ cause: z.string(), message: z.string(), delayedAt: time }).optional(),
});

export type LeaseView = z.infer<typeof leaseViewSchema>;

/** A public key for ECDH-ES on P-256, as JWK. */
export const recipientKeySchema = z.strictObject({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string().length(43),
  y: z.string().length(43),
});

export type RecipientKey = z.infer<typeof recipientKeySchema>;

/** What is inside the JWE of a reveal: this JSON and nothing else. */
export const revealedKeySchema = z.strictObject({ key: z.string().min(1) });
