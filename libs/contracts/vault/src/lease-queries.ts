import { defineQuery, pageInput, pageOf } from '@keyledger/messaging';
import { z } from 'zod';
import { leaseStatuses, leaseViewSchema } from './lease.ts';

const text = z.string().min(1).max(320);

/** Which leases. What is given must all hold. */
export const leaseFilterSchema = z.strictObject({
  owner: text.optional(),
  team: text.optional(),
  issuer: text.optional(),
  /** One of the models of the key. */
  modelId: text.optional(),
  tag: text.optional(),
  statuses: z.array(z.enum(leaseStatuses)).max(leaseStatuses.length).optional(),
  /** Those that expire at all, and before this. */
  expiresBefore: z.iso.datetime().optional(),
});

/** Newest first, from the read model. All for administrators, reviewers and auditors, otherwise those of the principal. */
export const ListLeases = defineQuery(
  'vault',
  'ListLeases',
  z.strictObject({ ...pageInput, ...leaseFilterSchema.shape }),
  pageOf(leaseViewSchema),
);
