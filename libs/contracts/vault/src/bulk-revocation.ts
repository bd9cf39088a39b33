import { defineCommand, defineQuery, pageInput } from '@keyledger/messaging';
import { z } from 'zod';
import { leaseViewSchema } from './lease.ts';

const text = z.string().min(1).max(320);

/** Which leases to revoke: all that hold or are getting a key and of which everything given holds. */
export const revocationScopeSchema = z
  .strictObject({
    owner: text.optional(),
    team: text.optional(),
    modelId: text.optional(),
    tag: text.optional(),
    issuer: text.optional(),
  })
  .refine((scope) => Object.values(scope).some((each) => each !== undefined), 'Expected at least one of them');

export type RevocationScope = z.infer<typeof revocationScopeSchema>;

export const bulkRevocationViewSchema = z.object({
  bulkId: z.uuid(),
  scope: z.object(revocationScopeSchema.shape),
  reason: z.string(),
  startedBy: z.string(),
  startedAt: z.iso.datetime(),
  /** Leases that were hit. */
  total: z.int().min(0),
  /** Of these, revoked so far. Their keys are being ended at the issuers: see the leases themselves. */
  revoked: z.int().min(0),
  completedAt: z.iso.datetime().optional(),
});

export type BulkRevocationView = z.infer<typeof bulkRevocationViewSchema>;

/** Shows what `RevokeLeases` would hit. `digest` stands for exactly this set. Only administrators. */
export const PreviewLeaseRevocation = defineQuery(
  'vault',
  'PreviewLeaseRevocation',
  z.strictObject({ scope: revocationScopeSchema, first: pageInput.first }),
  z.object({
    total: z.int().min(0),
    digest: z.string(),
    /** The newest of them. */
    leases: z.array(leaseViewSchema),
  }),
);

/**
 * Revokes the leases of a preview, in the background. `set-changed`: it is another set by now; look at it again.
 * `set-too-large`: narrow the scope. Only administrators.
 */
export const RevokeLeases = defineCommand(
  'vault',
  'RevokeLeases',
  z.strictObject({
    scope: revocationScopeSchema,
    /** Of the preview. */
    digest: z.string().min(1).max(100),
    reason: z.string().trim().min(1).max(500),
    idempotencyKey: z.string().min(1).max(200).optional(),
  }),
  bulkRevocationViewSchema,
  ['not-permitted', 'set-changed', 'set-empty', 'set-too-large'],
);

/** `null` when there is none or the principal may not see it: for administrators and auditors. */
export const GetBulkRevocation = defineQuery(
  'vault',
  'GetBulkRevocation',
  z.strictObject({ bulkId: z.uuid() }),
  bulkRevocationViewSchema.nullable(),
);
