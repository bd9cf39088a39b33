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
const deadLetterViewSchema = z.object({
  reactor: z.string(),
  /** Names the letter among those of its reactor: the id of the event, where that could be read. */
  id: z.string(),
  /** Absent when not even the envelope could be read. */
  event: z
    .object({
      id: z.string(),
      type: z.string(),
      service: z.string(),
      streamId: z.string(),
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
  /** How many there are, and those with the oldest events. For administrators. */
  ListDeadLetters: defineQuery(
    service,
    'ListDeadLetters',
    z.strictObject({ first: z.int().min(1).max(200).default(100) }),
    z.object({ total: z.int(), deadLetters: z.array(deadLetterViewSchema) }),
  ),

  /**
   * Hands one dead letter to its reactor once more. When it succeeds it is removed, otherwise it stays with the cause of
   * this time. Safe to repeat: a letter that is gone, or with another replay at this moment, is not found.
   */
  ReplayDeadLetter: defineCommand(
    service,
    'ReplayDeadLetter',
    z.strictObject({ reactor: z.string().max(200), id: z.string().max(200) }),
    z.object({ reactor: z.string(), id: z.string() }),
    ['not-an-administrator', 'dead-letter-not-found', 'dead-letter-failed-again'],
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
