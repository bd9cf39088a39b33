import { defineEvent, eventCodec, type EventOf, type Message } from '@keyledger/event-sourcing';
import { z } from 'zod';

/** What is needed, besides the passphrase, to derive the key again, and to see that it is the right one. */
const parametersSchema = z.object({
  source: z.literal('passphrase'),
  derivation: z.literal('PBKDF2-HMAC-SHA256'),
  salt: z.base64(),
  iterations: z.int().min(600_000),
  /** Derived apart from the key itself; equal only for the same passphrase. */
  check: z.base64(),
});

export type MasterKeyParameters = z.infer<typeof parametersSchema>;

export interface KnownMasterKey {
  readonly masterKeyId: string;
  readonly parameters: MasterKeyParameters;
}

const events = {
  MasterKeyAdded: defineEvent(
    z.object({ masterKeyId: z.uuid(), parameters: parametersSchema, addedAt: z.iso.datetime() }),
  ),
  /** From now on this key wraps new data keys. */
  MasterKeyActivated: defineEvent(z.object({ masterKeyId: z.uuid(), activatedAt: z.iso.datetime() })),
};

export const masterKeyCodec = eventCodec(events);

export type MasterKeyEvent = EventOf<typeof events>;

/** Adds the very first master key and activates it. */
export type EstablishMasterKey = Message<
  'EstablishMasterKey',
  Readonly<{ masterKeyId: string; parameters: MasterKeyParameters; now: string }>
>;
