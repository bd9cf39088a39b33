import { deriveId } from '@keyledger/event-sourcing';
import { z } from 'zod';

/**
 * How the issuer's list and the ledger disagree. `unknown-key`: carries our marker, and no lease or no generation of it
 * is known. `missing-key`: live in the ledger, and not at the issuer. `limits-changed`: may more, less or for another time
 * than the ledger says. `should-be-dead`: ended, retired or given up, and still there. `duplicate-alias`: a second key of
 * one generation. `unreadable`: carries our marker, and whose it is or what it may cannot be read.
 */
export const differenceKinds = [
  'unknown-key',
  'missing-key',
  'limits-changed',
  'should-be-dead',
  'duplicate-alias',
  'unreadable',
] as const;

export type DifferenceKind = (typeof differenceKinds)[number];

/** What a key may. Absent: nothing is set. */
const keyLimitsSchema = z.object({
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

export type KeyLimits = z.infer<typeof keyLimitsSchema>;

export const differenceSchema = z.object({
  differenceId: z.uuid(),
  kind: z.enum(differenceKinds),
  issuerKeyId: z.string().min(1),
  alias: z.string().optional(),
  leaseId: z.uuid().optional(),
  generation: z.int().min(1).optional(),
  /** Of limits, those that differ: as the ledger has them, and as the issuer does. */
  expected: keyLimitsSchema.optional(),
  found: keyLimitsSchema.optional(),
});

export type Difference = z.infer<typeof differenceSchema>;

/** The same difference has the same id in every run and in every replica. */
export const differenceIdOf = (issuer: string, kind: DifferenceKind, issuerKeyId: string): string =>
  deriveId('difference', issuer, kind, issuerKeyId);
