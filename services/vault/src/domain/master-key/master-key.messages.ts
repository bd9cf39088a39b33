import { defineEvent, eventCodec, type EventOf, type Message } from '@keyledger/event-sourcing';
import { z } from 'zod';
import { type MasterKeyParameters, parametersSchema } from './master-key.parameters.ts';

const masterKeyId = z.uuid();
const at = z.iso.datetime();
const count = z.int().min(0);

/** Why there is a new key: somebody asked, or the old one has wrapped nearly as much as a key may. */
const rotationReasons = ['requested', 'uses'] as const;

export type RotationReason = (typeof rotationReasons)[number];

const events = {
  MasterKeyAdded: defineEvent(z.object({ masterKeyId, parameters: parametersSchema, addedAt: at })),
  /** From now on this key wraps new data keys. */
  MasterKeyActivated: defineEvent(z.object({ masterKeyId, activatedAt: at })),
  /** The key wraps nothing any more, and opens what it wrapped. */
  MasterKeyDeactivated: defineEvent(z.object({ masterKeyId, deactivatedAt: at })),
  /** Nothing is sealed or opened until the key is resumed or another one takes its place. */
  MasterKeySuspended: defineEvent(z.object({ masterKeyId, reason: z.string(), suspendedAt: at })),
  MasterKeyResumed: defineEvent(z.object({ masterKeyId, resumedAt: at })),
  /** Somebody else may know the key. It opens what it wrapped, so that this can be wrapped anew, and nothing else. */
  MasterKeyCompromised: defineEvent(z.object({ masterKeyId, reason: z.string(), compromisedAt: at })),
  /** The key wraps nothing and is never opened again. */
  MasterKeyDestroyed: defineEvent(z.object({ masterKeyId, destroyedAt: at })),
  MasterKeyRotationStarted: defineEvent(
    z.object({ rotationId: z.uuid(), masterKeyId, reason: z.enum(rotationReasons), startedAt: at }),
  ),
  /** Told in steps, not for each data key. */
  MasterKeyRotationProgressed: defineEvent(
    z.object({ rotationId: z.uuid(), masterKeyId, rewrapped: count, remaining: count, progressedAt: at }),
  ),
  /** Every data key is wrapped by the active master key, but for those that no master key opens. */
  MasterKeyRotationCompleted: defineEvent(
    z.object({ rotationId: z.uuid(), masterKeyId, rewrapped: count, unreadable: count, completedAt: at }),
  ),
};

export const masterKeyCodec = eventCodec(events);

export type MasterKeyEvent = EventOf<typeof events>;

type Command<Type extends string, Data> = Message<Type, Readonly<Data & { masterKeyId: string; now: string }>>;

/** Adds the very first master key and activates it. */
export type EstablishMasterKey = Command<'EstablishMasterKey', { parameters: MasterKeyParameters }>;
/** Puts a new key in the place of the one that writes, and begins to wrap every data key with it. */
export type RotateMasterKey = Command<
  'RotateMasterKey',
  { rotationId: string; parameters: MasterKeyParameters; reason: RotationReason }
>;
export type ReportRotation = Command<'ReportRotation', { rotationId: string; rewrapped: number; remaining: number }>;
export type CompleteRotation = Command<
  'CompleteRotation',
  { rotationId: string; rewrapped: number; unreadable: number }
>;
export type SuspendMasterKey = Command<'SuspendMasterKey', { reason: string }>;
export type ResumeMasterKey = Command<'ResumeMasterKey', unknown>;
export type MarkMasterKeyCompromised = Command<'MarkMasterKeyCompromised', { reason: string }>;
/** Destroys a key. That it wraps nothing any more is made sure of before. */
export type RetireMasterKey = Command<'RetireMasterKey', unknown>;

export type MasterKeyCommand =
  | EstablishMasterKey
  | RotateMasterKey
  | ReportRotation
  | CompleteRotation
  | SuspendMasterKey
  | ResumeMasterKey
  | MarkMasterKeyCompromised
  | RetireMasterKey;

export type MasterKeyRefusal = 'master-key-not-found' | 'transition-not-allowed' | 'rotation-running';
