import { z } from 'zod';
import { defineCommand, defineQuery } from './operation.ts';
import type { ServiceName } from './subjects.ts';

const causeSchema = z.object({
  /** Code of a typed fault, else `internal`. */
  code: z.string(),
  /** Text of a typed fault; of a defect only its name. */
  message: z.string(),
});

/** An event that a reactor could not digest. Its data is left out. */
export const deadLetterViewSchema = z.object({
  reactor: z.string(),
  /** Absent when not even the envelope could be read. */
  event: z
    .object({
      id: z.string(),
      type: z.string(),
      service: z.string(),
      aggregateId: z.string(),
      correlationId: z.string(),
      occurredAt: z.string(),
    })
    .optional(),
  cause: causeSchema,
  /** Deliveries before it was given up. */
  attempts: z.int(),
  /** When it was given up. */
  at: z.iso.datetime(),
});

export type DeadLetterView = z.infer<typeof deadLetterViewSchema>;

/** What every service with reactors offers to operators: look at its dead letters, and have them handled again. */
export const deadLetterOperations = (service: ServiceName) => ({
  /** Oldest first. For administrators. */
  ListDeadLetters: defineQuery(
    service,
    'ListDeadLetters',
    z.strictObject({}),
    z.object({ deadLetters: z.array(deadLetterViewSchema) }),
  ),

  /**
   * Hands the dead letters of one reactor, or of all, to their reactors once more. What succeeds is removed, what fails
   * stays. Safe to repeat. The replay goes on when the caller's deadline passes.
   */
  ReplayDeadLetters: defineCommand(
    service,
    'ReplayDeadLetters',
    z.strictObject({ reactor: z.string().max(200).optional() }),
    z.object({
      succeeded: z.int(),
      failed: z.array(z.object({ reactor: z.string(), eventId: z.string(), cause: causeSchema })),
    }),
    ['not-an-administrator'],
  ),
});
