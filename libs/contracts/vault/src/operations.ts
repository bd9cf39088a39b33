import { defineCommand, defineQuery } from '@keyledger/messaging';
import { z } from 'zod';
import { leaseViewSchema, recipientKeySchema } from './lease.ts';

/**
 * Reveals the key of a lease, sealed to `recipientKey` (compact JWE, ECDH-ES + A256GCM). The reveal is recorded before
 * the answer is given, and each grant is good for one recipient: asked again for the same one, it answers `ignored` with the
 * key sealed anew, and records nothing more. Only delivery may call this.
 */
export const RevealLease = defineCommand(
  'vault',
  'RevealLease',
  z.strictObject({
    leaseId: z.uuid(),
    /** Which key was meant: another one is not given out in its place. Absent: the one that counts. */
    generation: z.int().min(1).optional(),
    /** One-time id of the right to this reveal, chosen by the caller. */
    grantId: z.uuid(),
    purpose: z.enum(['delivery']),
    recipientKey: recipientKeySchema,
  }),
  z.object({ jwe: z.string(), mask: z.string() }),
  [
    'lease-not-found',
    'lease-not-issued',
    'lease-suspended',
    'lease-ended',
    'key-superseded',
    'grant-used',
    'not-permitted',
    'secret-unreadable',
  ],
);

/** `null` when there is none or the principal may not see it. */
export const GetLease = defineQuery(
  'vault',
  'GetLease',
  z.strictObject({ leaseId: z.uuid() }),
  leaseViewSchema.nullable(),
);

/** The lease of a key request; `null` while there is none or when the principal may not see it. */
export const FindLeaseByRequest = defineQuery(
  'vault',
  'FindLeaseByRequest',
  z.strictObject({ requestId: z.uuid() }),
  leaseViewSchema.nullable(),
);

/** `refused`: the issuer does not let the vault ask. `unavailable`: it did not answer. Its models are then not known. */
const issuerOutcomes = ['listed', 'refused', 'unavailable'] as const;

/**
 * The models that the issuers offer, each once, of the issuer that its keys are ordered from. `issuer`: the one that serves
 * what no other does. `unavailable` when none of them answers; otherwise `outcomes` says which did, and whoever finds a
 * model missing looks there first. Asked here because only vault holds their credentials.
 */
export const ListIssuerModels = defineQuery(
  'vault',
  'ListIssuerModels',
  z.strictObject({}),
  z.object({
    issuer: z.string(),
    models: z.array(z.object({ id: z.string(), ownedBy: z.string().optional(), issuer: z.string().optional() })),
    /** Of every issuer that is configured. */
    outcomes: z
      .array(
        z.object({
          issuer: z.string(),
          outcome: z.enum(issuerOutcomes),
          /** Why not; for people. */
          message: z.string().optional(),
        }),
      )
      .optional(),
  }),
);
