import { defineEvent, eventCodec, type EventOf, type Message } from '@keyledger/event-sourcing';
import { z } from 'zod';

/** The key of a lease that a value went to. */
const holder = z.object({ issuer: z.string().min(1), leaseId: z.uuid(), generation: z.int().min(1) });

export type Holder = Readonly<z.infer<typeof holder>>;

const events = {
  /** From now on this value is a key of this lease, and of no other, whatever becomes of it. */
  KeyHeld: defineEvent(holder.extend({ heldAt: z.iso.datetime() })),
};

export const heldKeyCodec = eventCodec(events);

export type HeldKeyEvent = EventOf<typeof events>;

export type HoldKey = Message<'HoldKey', Holder & Readonly<{ now: string }>>;

export type HeldKeyRefusal = 'key-taken';
