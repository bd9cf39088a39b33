import { z } from 'zod';

/** One fact of the whole system as the auditor sees it. */
export const auditEventSchema = z.object({
  id: z.uuid(),
  /** Place in the total order, comparable as text. */
  position: z.string(),
  stream: z.string(),
  category: z.string(),
  /** Decimal text: the place within the stream, from 0. */
  revision: z.string(),
  type: z.string(),
  schemaVersion: z.int().min(1),
  actor: z.object({ kind: z.string(), id: z.string(), proof: z.string(), roles: z.array(z.string()) }),
  /** The reason that a person gave, where the event has one. */
  reason: z.string().optional(),
  correlationId: z.string(),
  causationId: z.string(),
  traceparent: z.string().optional(),
  occurredAt: z.iso.datetime(),
  recordedAt: z.iso.datetime(),
  /** As stored, with ciphertext replaced by its digest. */
  data: z.record(z.string(), z.unknown()),
});

export type AuditEvent = z.infer<typeof auditEventSchema>;

/** Text without control characters or halves of characters: what a column can hold. */
const word = z
  .string()
  .min(1)
  .max(400)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u, 'Expected text without control characters');

export const auditFilterSchema = z.strictObject({
  categories: z.array(word).max(50).optional(),
  types: z.array(word).max(100).optional(),
  stream: word.optional(),
  actorId: word.optional(),
  correlationId: word.optional(),
  /** Inclusive, by the time of recording. */
  from: z.iso.datetime().optional(),
  /** Exclusive. */
  to: z.iso.datetime().optional(),
});

export type AuditFilter = z.infer<typeof auditFilterSchema>;
