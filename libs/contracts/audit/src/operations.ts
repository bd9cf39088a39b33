import { defineQuery, pageInput, pageOf } from '@keyledger/messaging';
import { z } from 'zod';
import { auditEventSchema, auditFilterSchema } from './audit-event.ts';

/** In the total order, oldest first. For auditors and administrators. */
export const ListAuditEvents = defineQuery(
  'audit',
  'ListAuditEvents',
  z.strictObject({ ...pageInput, filter: auditFilterSchema }),
  pageOf(auditEventSchema),
);

/**
 * All that belongs to one key: every event that shares a correlation or a stream with the thing named by `id` (a key
 * request, lease, secret or delivery), in the total order. Somebody who proved the claim code of a request may see its
 * history.
 */
export const GetKeyHistory = defineQuery(
  'audit',
  'GetKeyHistory',
  z.strictObject({ ...pageInput, id: z.uuid() }),
  pageOf(auditEventSchema),
);
