import { z } from 'zod';

/** Which lease an event speaks of; a lease that an administrator issued has no request. `generation` counts its keys. */
export const subjectSchema = z.object({
  leaseId: z.uuid(),
  requestId: z.uuid().optional(),
  generation: z.int().min(1),
});

export const budgetSchema = z.object({ maxUsd: z.number().positive(), period: z.string().optional() });

export const rateLimitsSchema = z.object({
  requestsPerMinute: z.int().positive().optional(),
  tokensPerMinute: z.int().positive().optional(),
  parallelRequests: z.int().positive().optional(),
});

/** What a key may. An absent field is no limit; in a change it keeps what was. */
export const limitsSchema = z.object({
  modelIds: z.array(z.string().min(1)).min(1).optional(),
  budget: budgetSchema.optional(),
  /** Nothing is refused beyond it; people are told. */
  softBudgetUsd: z.number().positive().optional(),
  rateLimits: rateLimitsSchema.optional(),
});

export type LeaseLimits = z.infer<typeof limitsSchema>;

/** What was approved, as the issuer is asked for it. */
export const termsSchema = z.object({
  ...limitsSchema.shape,
  requestId: z.uuid().optional(),
  /** Name of the issuer adapter. */
  issuer: z.string().min(1),
  owner: z.string().min(1),
  team: z.string().min(1).optional(),
  purpose: z.string().min(1).optional(),
  tags: z.array(z.string().min(1)).optional(),
  modelIds: z.array(z.string().min(1)).min(1),
  /** Whole seconds, minutes, hours or days: `30d`. Absent: the key does not expire. */
  duration: z
    .string()
    .regex(/^\d+[smhd]$/)
    .optional(),
  delivery: z.object({ channel: z.string().min(1) }),
});

export type LeaseTerms = z.infer<typeof termsSchema>;

/** The owner fetches such a key from the vault; nobody delivers it. */
export const CHECKOUT = 'checkout';

/**
 * Why there is no key. `issuer-unavailable`: no usable answer for as long as the vault keeps trying. `alias-taken`:
 * somebody else's key has our name. `credential-refused`: the issuer does not accept the vault. `order-refused`: it does
 * not accept what was asked for. `secret-unreadable`: the sealed key cannot be opened any more. `stock-exhausted`: every
 * key in stock is taken. `key-not-found`: the issuer has no such key. `revoked`: the lease was revoked before it had one.
 */
export const failureCauses = [
  'issuer-unavailable',
  'alias-taken',
  'credential-refused',
  'order-refused',
  'secret-unreadable',
  'stock-exhausted',
  'key-not-found',
  'revoked',
] as const;

export type FailureCause = (typeof failureCauses)[number];
