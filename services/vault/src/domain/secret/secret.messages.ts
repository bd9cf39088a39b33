import { defineEvent, eventCodec, type EventOf, type Message } from '@keyledger/event-sourcing';
import type { Actor } from '@keyledger/event-sourcing';
import { z } from 'zod';

/** A ciphertext and what is needed to open it, apart from the keys. `docs/design/envelope-encryption.md` has the bytes. */
export const envelopeSchema = z.object({
  algorithm: z.literal('A256GCM'),
  /** Row of the key ring that holds the wrapped data key. */
  dataKeyId: z.uuid(),
  /** The master key that was active at the time of sealing; part of the associated data, so it never changes. */
  masterKeyId: z.uuid(),
  /** Format byte, nonce, ciphertext and tag, base64. */
  sealed: z.base64(),
});

export type Envelope = z.infer<typeof envelopeSchema>;

/** Whom a secret is opened for, and why. */
const purposes = ['delivery'] as const;

export type Purpose = (typeof purposes)[number];

const denials = ['not-permitted', 'grant-used'] as const;

export type Denial = (typeof denials)[number];

const events = {
  SecretSealed: defineEvent(
    z.object({
      secretId: z.uuid(),
      version: z.int().min(1),
      owner: z.string().min(1),
      envelope: envelopeSchema,
      mask: z.string(),
      /** Keyed HMAC: tells equal secrets, without a way back. */
      fingerprint: z.string(),
      sealedAt: z.iso.datetime(),
    }),
  ),
  SecretRevealed: defineEvent(
    z.object({
      secretId: z.uuid(),
      version: z.int().min(1),
      /** Id of the message that asked; a repetition of it is no new attempt. */
      attemptId: z.uuid(),
      grantId: z.uuid(),
      purpose: z.enum(purposes),
      /** RFC 7638 thumbprint of the public key that the secret was encrypted to. */
      recipient: z.string().min(1),
      /** For the key of a lease: the key request behind it. */
      requestId: z.uuid().optional(),
      revealedAt: z.iso.datetime(),
    }),
  ),
  RevealDenied: defineEvent(
    z.object({
      secretId: z.uuid(),
      attemptId: z.uuid(),
      grantId: z.uuid(),
      purpose: z.enum(purposes),
      reason: z.enum(denials),
      deniedAt: z.iso.datetime(),
    }),
  ),
};

export const secretCodec = eventCodec(events);

export type SecretEvent = EventOf<typeof events>;

export type SealSecret = Message<
  'SealSecret',
  Readonly<{
    secretId: string;
    version: number;
    owner: string;
    envelope: Envelope;
    mask: string;
    fingerprint: string;
    now: string;
  }>
>;

export type RevealSecret = Message<
  'RevealSecret',
  Readonly<{
    secretId: string;
    version: number;
    caller: Actor;
    attemptId: string;
    grantId: string;
    purpose: Purpose;
    recipient: string;
    requestId?: string;
    now: string;
  }>
>;

export type SecretCommand = SealSecret | RevealSecret;

export type SecretRefusal = 'secret-not-found' | 'version-not-next' | 'owner-differs' | Denial;
