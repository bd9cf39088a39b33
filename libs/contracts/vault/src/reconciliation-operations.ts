import { defineCommand, defineQuery, pageInput, pageOf } from '@keyledger/messaging';
import { z } from 'zod';
import { differenceKinds, differenceStatuses, differenceViewSchema, leaseUsageViewSchema } from './difference.ts';

const issuer = z.string().min(1).max(100);
const byDifference = z.strictObject({ differenceId: z.uuid() });

const runSchema = z.object({ issuer: z.string(), runId: z.uuid(), requestedAt: z.iso.datetime() });

/**
 * Wants the list of an issuer, or of all that have one, compared with the ledger now; it begins in a moment, and
 * `ListReconciliations` says when it is done. Only administrators.
 */
export const ReconcileIssuer = defineCommand(
  'vault',
  'ReconcileIssuer',
  z.strictObject({ issuer: issuer.optional() }),
  z.object({ runs: z.array(runSchema) }),
  ['not-permitted', 'issuer-not-found', 'not-supported-by-issuer'],
);

/** The issuers that can be compared, with the last comparison that was told of each. For administrators and auditors. */
export const ListReconciliations = defineQuery(
  'vault',
  'ListReconciliations',
  z.strictObject({}),
  z.object({
    reconciliations: z.array(
      z.object({
        issuer: z.string(),
        /** Absent before the first. */
        completed: z
          .object({ runId: z.uuid(), compared: z.int(), differences: z.int(), completedAt: z.iso.datetime() })
          .optional(),
        /** One that was asked for and is not done yet. */
        requested: z.object({ runId: z.uuid(), requestedAt: z.iso.datetime() }).optional(),
      }),
    ),
  }),
);

/** Newest first, from the read model. For administrators and auditors. */
export const ListDifferences = defineQuery(
  'vault',
  'ListDifferences',
  z.strictObject({
    ...pageInput,
    issuer: issuer.optional(),
    kind: z.enum(differenceKinds).optional(),
    /** Default: those that are not over. */
    statuses: z.array(z.enum(differenceStatuses)).min(1).default(['open', 'repairing']),
    leaseId: z.uuid().optional(),
  }),
  pageOf(differenceViewSchema),
);

/**
 * Puts a difference right: ends a key that must not be there, makes a missing one anew, puts limits back. Looks again
 * before it does anything. An issuer that does not answer is asked again until it does; until then the difference is
 * `repairing`. Only administrators.
 */
export const RepairDifference = defineCommand('vault', 'RepairDifference', byDifference, differenceViewSchema, [
  'not-permitted',
  'difference-not-found',
]);

/** Lets a difference be, and says why. It is told again only when it becomes another one. Only administrators. */
export const AcknowledgeDifference = defineCommand(
  'vault',
  'AcknowledgeDifference',
  byDifference.extend({ reason: z.string().trim().min(1).max(500) }),
  differenceViewSchema,
  ['not-permitted', 'difference-not-found'],
);

/** Of those asked for, what is known and the principal may see: all for administrators and auditors, otherwise the own. */
export const ListLeaseUsage = defineQuery(
  'vault',
  'ListLeaseUsage',
  z.strictObject({ leaseIds: z.array(z.uuid()).min(1).max(200) }),
  z.object({ usages: z.array(leaseUsageViewSchema) }),
);
