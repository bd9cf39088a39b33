import { z } from 'zod';

export const leaseStatuses = ['started', 'issued', 'failed', 'suspended', 'ending', 'ended'] as const;

/** What everybody with an interest may see of a lease. There is no field for the key. */
export const leaseViewSchema = z.object({
  leaseId: z.uuid(),
  /** Absent for a lease that an administrator issued. */
  requestId: z.uuid().optional(),
  status: z.enum(leaseStatuses),
  /** Name of the issuer adapter, for example `litellm`. */
  issuer: z.string(),
  owner: z.string(),
  modelIds: z.array(z.string()).min(1),
  /** 1 for the first key of the lease. */
  generation: z.int().min(1),
  /** Name of the key at the issuer; never used twice. */
  alias: z.string(),
  /** First and last four characters, or `****`. */
  mask: z.string().optional(),
  startedAt: z.iso.datetime(),
  issuedAt: z.iso.datetime().optional(),
  expiresAt: z.iso.datetime().optional(),
  failure: z.object({ cause: z.string(), message: z.string(), failedAt: z.iso.datetime() }).optional(),
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
