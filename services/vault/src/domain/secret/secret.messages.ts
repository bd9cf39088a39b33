import { defineEvent, eventCodec, type EventOf, type Message } from '@keyledger/event-sourcing';
import type { Actor } from '@keyledger/event-sourcing';
import { z } from 'zod';
import type { Connection } from '../providers/connection.ts';
import { stages, testOutcomes, testWarnings } from '../providers/connection-test.ts';

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

/** Where a value belongs. It is sent nowhere else; another address needs the value anew. */
const connectionSchema = z.object({ provider: z.string().min(1), baseUrl: z.string().min(1) });

/** Whom a secret is opened for, and why. */
const purposes = ['delivery', 'connection-test', 'checkout', 'break-glass'] as const;

export type Purpose = (typeof purposes)[number];

const denials = ['not-permitted', 'grant-used', 'reason-missing'] as const;

export type Denial = (typeof denials)[number];

/** Who found that a version does not open, or opens again. */
const finders = ['reveal', 'rotation', 'verify', 'test', 'lease'] as const;

export type Finder = (typeof finders)[number];

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
      /** Handed in by somebody; absent for the key of a lease, which the vault chose. */
      origin: z.literal('submitted').optional(),
      /** What people call a secret that was handed in. */
      label: z.string().min(1).optional(),
      connection: connectionSchema.optional(),
    }),
  ),
  SecretRelabelled: defineEvent(
    z.object({ secretId: z.uuid(), label: z.string().min(1), relabelledAt: z.iso.datetime() }),
  ),
  /** An earlier version counts again; the one that counted until now is kept like any earlier one. */
  SecretVersionRestored: defineEvent(
    z.object({ secretId: z.uuid(), version: z.int().min(1), restoredAt: z.iso.datetime() }),
  ),
  /** From now on these versions do not open, whatever the key ring still holds: their data keys are deleted after this. */
  SecretShredded: defineEvent(
    z.object({
      secretId: z.uuid(),
      versions: z.array(z.int().min(1)).min(1),
      dataKeyIds: z.array(z.uuid()).min(1),
      /** True when nothing of the secret is left, and nothing will be added. */
      isWhole: z.boolean(),
      reason: z.string().optional(),
      shreddedAt: z.iso.datetime(),
    }),
  ),
  /** An application may have the secret revealed, by the id of its service token. */
  CheckoutGranted: defineEvent(z.object({ secretId: z.uuid(), serviceTokenId: z.uuid(), grantedAt: z.iso.datetime() })),
  CheckoutGrantRevoked: defineEvent(
    z.object({ secretId: z.uuid(), serviceTokenId: z.uuid(), revokedAt: z.iso.datetime() }),
  ),
  SecretRevealed: defineEvent(
    z.object({
      secretId: z.uuid(),
      version: z.int().min(1),
      /** Id of the message that asked; a repetition of it is no new attempt. */
      attemptId: z.uuid(),
      grantId: z.uuid(),
      purpose: z.enum(purposes),
      /** RFC 7638 thumbprint of the public key that the secret was encrypted to; of a connection test, the address. */
      recipient: z.string().min(1),
      /** For the key of a lease: the key request behind it. */
      requestId: z.uuid().optional(),
      /** For the key of a lease: its number; absent where it is that of the version. */
      generation: z.int().min(1).optional(),
      /** What the administrator said who broke the glass. */
      reason: z.string().optional(),
      revealedAt: z.iso.datetime(),
    }),
  ),
  /** What a provider says about a version. Written when it says something else than before. */
  SecretTested: defineEvent(
    z.object({
      secretId: z.uuid(),
      version: z.int().min(1),
      outcome: z.enum(testOutcomes),
      message: z.string(),
      /** What the provider wrote: redacted and short. */
      providerMessage: z.string().optional(),
      warning: z.enum(testWarnings).optional(),
      stage: z.enum(stages),
      latencyMs: z.int().min(0),
      retryAfterSeconds: z.int().min(0).optional(),
      testedAt: z.iso.datetime(),
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
  /** Ciphertext, data key or what binds them is damaged: the value has to be entered anew. */
  SecretFoundUnreadable: defineEvent(
    z.object({
      secretId: z.uuid(),
      version: z.int().min(1),
      foundBy: z.enum(finders),
      foundAt: z.iso.datetime(),
    }),
  ),
  /** What was found unreadable opens again, for example since the key ring was restored. */
  SecretFoundReadable: defineEvent(
    z.object({
      secretId: z.uuid(),
      version: z.int().min(1),
      foundBy: z.enum(finders),
      foundAt: z.iso.datetime(),
    }),
  ),
};

export const secretCodec = eventCodec(events);

export type SecretEvent = EventOf<typeof events>;

/** What the sealer makes of a value: nothing here leads back to it without the keys. */
export type Sealed = Readonly<{ envelope: Envelope; mask: string; fingerprint: string }>;

type Command<Type extends string, Data> = Message<Type, Readonly<Data & { secretId: string; now: string }>>;

/** The key of a lease, chosen by the vault. */
export type SealSecret = Command<'SealSecret', Sealed & { version: number; owner: string }>;

/** A new secret, handed in by `caller`. */
export type SubmitSecret = Command<
  'SubmitSecret',
  Sealed & { caller: Actor; owner: string; label: string; connection?: Connection }
>;

/** What is absent is kept. */
export type ReplaceSecret = Command<
  'ReplaceSecret',
  {
    caller: Actor;
    label?: string;
    replacement?: Sealed & { readonly version: number };
    /** Where the replacement belongs; absent: where the value before it does. */
    connection?: Connection;
  }
>;

/** Copies of a key that never became the key of its lease; nothing will ever open them. */
export type DiscardCopies = Command<'DiscardCopies', { versions: readonly number[] }>;

export type RestoreSecret = Command<'RestoreSecret', { caller: Actor; version: number }>;

/** The whole secret, or the earlier versions that have not counted since `supersededBefore`. */
export type ShredSecret = Command<'ShredSecret', { caller: Actor; supersededBefore?: string; reason?: string }>;

export type GrantCheckout = Command<'GrantCheckout', { caller: Actor; serviceTokenId: string }>;

export type RevokeCheckoutGrant = Command<'RevokeCheckoutGrant', { caller: Actor; serviceTokenId: string }>;

export type RevealSecret = Command<
  'RevealSecret',
  {
    version: number;
    caller: Actor;
    attemptId: string;
    grantId: string;
    purpose: Purpose;
    recipient: string;
    requestId?: string;
    generation?: number;
    reason?: string;
    isHeldForOwner?: boolean;
  }
>;

/** What came of a test of a version; only what was not known is an event. */
export type RecordTest = Command<
  'RecordTest',
  Omit<Extract<SecretEvent, { type: 'SecretTested' }>['data'], 'secretId'>
>;

/** Somebody tried to open a version; only what was not known is an event. */
export type RecordReadability = Command<'RecordReadability', { version: number; isReadable: boolean; foundBy: Finder }>;

export type SecretCommand =
  | SealSecret
  | SubmitSecret
  | ReplaceSecret
  | RestoreSecret
  | ShredSecret
  | DiscardCopies
  | GrantCheckout
  | RevokeCheckoutGrant
  | RevealSecret
  | RecordReadability
  | RecordTest;

export type SecretRefusal =
  | 'secret-not-found'
  | 'secret-exists'
  | 'secret-is-issued'
  | 'secret-shredded'
  | 'version-not-found'
  | 'version-shredded'
  | 'version-not-next'
  | 'value-required'
  | 'owner-differs'
  | Denial;
