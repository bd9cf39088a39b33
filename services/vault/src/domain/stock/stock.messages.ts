import { defineEvent, eventCodec, type EventOf, type Message } from '@keyledger/event-sourcing';
import { z } from 'zod';

const value = z.object({
  secretId: z.uuid(),
  version: z.int().min(1),
  /** Tells equal values, whatever secret they lie in. */
  fingerprint: z.string().min(1),
});

/** A value that lies in stock: the version of a secret that counts. */
export type StockValue = z.infer<typeof value>;

const events = {
  /** The value went to this key of this lease. */
  StockKeyTaken: defineEvent(
    value.extend({
      issuer: z.string().min(1),
      leaseId: z.uuid(),
      generation: z.int().min(1),
      takenAt: z.iso.datetime(),
    }),
  ),
};

export const stockCodec = eventCodec(events);

export type StockEvent = EventOf<typeof events>;

export type TakeFromStock = Message<
  'TakeFromStock',
  Readonly<{
    issuer: string;
    leaseId: string;
    generation: number;
    /** What lies there, in the order in which it is handed out. */
    values: readonly StockValue[];
    /** Whether several leases may hold one value. */
    isShared: boolean;
    now: string;
  }>
>;

export type StockRefusal = 'stock-exhausted';
