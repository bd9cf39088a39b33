import { defineEvent, eventCodec, type EventOf, type Message } from '@keyledger/event-sourcing';
import { z } from 'zod';

/** Which leases were meant. */
const scopeSchema = z.object({
  owner: z.string().optional(),
  team: z.string().optional(),
  modelId: z.string().optional(),
  tag: z.string().optional(),
  issuer: z.string().optional(),
});

export type RevocationScope = z.infer<typeof scopeSchema>;

const time = z.iso.datetime();

const events = {
  /** The leases that were hit, once and for all, in the order in which they are revoked. */
  BulkRevocationStarted: defineEvent(
    z.object({
      bulkId: z.uuid(),
      scope: scopeSchema,
      leaseIds: z.array(z.uuid()).min(1),
      reason: z.string().min(1),
      startedBy: z.string().min(1),
      startedAt: time,
    }),
  ),
  /** The first so many of them are revoked. */
  BulkRevocationProgressed: defineEvent(
    z.object({ bulkId: z.uuid(), revoked: z.int().positive(), progressedAt: time }),
  ),
  BulkRevocationCompleted: defineEvent(z.object({ bulkId: z.uuid(), revoked: z.int().positive(), completedAt: time })),
};

export const bulkRevocationCodec = eventCodec(events);

export type BulkRevocationEvent = EventOf<typeof events>;

type Command<Type extends string, Data> = Message<Type, Readonly<Data & { bulkId: string; now: string }>>;

export type StartBulkRevocation = Command<
  'StartBulkRevocation',
  {
    scope: RevocationScope;
    leaseIds: readonly string[];
    /** Of the leases that are hit now. */
    digest: string;
    /** Of those that somebody looked at and meant. */
    expectedDigest: string;
    reason: string;
    startedBy: string;
  }
>;

export type RecordRevoked = Command<'RecordRevoked', { revoked: number }>;

export type BulkRevocationCommand = StartBulkRevocation | RecordRevoked;

export type BulkRevocationRefusal = 'set-changed' | 'set-empty' | 'set-too-large' | 'bulk-revocation-not-found';
