import { defineCommand, defineQuery } from '@keyledger/messaging';
import { z } from 'zod';

export const masterKeyStatuses = [
  'pre-activation',
  'active',
  'suspended',
  'deactivated',
  'compromised',
  'destroyed',
] as const;

/** What administrators and auditors may see of a master key. Its bytes are nowhere in it, nor what checks a passphrase. */
export const masterKeyViewSchema = z.object({
  masterKeyId: z.uuid(),
  /** Where the key comes from, for example `passphrase`. */
  source: z.string(),
  /** After NIST SP 800-57; the one that is `active` wraps new data keys. */
  status: z.enum(masterKeyStatuses),
  addedAt: z.iso.datetime(),
  /** Data keys that it wraps at present. */
  wraps: z.int().min(0),
  /** How often it has wrapped a data key, rounded up. */
  uses: z.int().min(0),
});

export type MasterKeyView = z.infer<typeof masterKeyViewSchema>;

export const masterKeyRotationSchema = z.object({
  rotationId: z.uuid(),
  /** The key that wraps everything at the end. */
  masterKeyId: z.uuid(),
  /** `requested`, or `uses` when the former key had wrapped nearly as much as a key may. */
  reason: z.string(),
  startedAt: z.iso.datetime(),
  rewrapped: z.int().min(0),
  /** Absent before the first report. */
  remaining: z.int().min(0).optional(),
  /** Data keys that no master key opens: what they encrypt has to be entered anew. */
  unreadable: z.int().min(0),
  completedAt: z.iso.datetime().optional(),
});

export type MasterKeyRotation = z.infer<typeof masterKeyRotationSchema>;

/** All master keys, the oldest first, and the latest rotation. For administrators and auditors. */
export const ListMasterKeys = defineQuery(
  'vault',
  'ListMasterKeys',
  z.strictObject({}),
  z.object({ masterKeys: z.array(masterKeyViewSchema), rotation: masterKeyRotationSchema.nullable() }),
);

/**
 * Makes a new master key from the source that writes. It wraps new data keys at once; the others are wrapped anew in the
 * background. Moving to another source, or to another passphrase, is the same command. Only administrators.
 */
export const RotateMasterKey = defineCommand(
  'vault',
  'RotateMasterKey',
  z.strictObject({}),
  z.object({ rotationId: z.uuid(), masterKeyId: z.uuid() }),
  ['rotation-running', 'master-key-not-found', 'transition-not-allowed'],
);

const which = { masterKeyId: z.uuid() };
const why = { reason: z.string().trim().min(1).max(500) };
const changed = z.object(which);

/** Destroys a key that wraps nothing any more. Only administrators. */
export const RetireMasterKey = defineCommand('vault', 'RetireMasterKey', z.strictObject(which), changed, [
  'master-key-not-found',
  'transition-not-allowed',
  'rotation-running',
  'still-wraps',
]);

const refusals = ['master-key-not-found', 'transition-not-allowed', 'rotation-running'] as const;

/** Stops the key that writes: the vault is sealed until the key is resumed or another one takes its place. */
export const SuspendMasterKey = defineCommand(
  'vault',
  'SuspendMasterKey',
  z.strictObject({ ...which, ...why }),
  changed,
  refusals,
);

export const ResumeMasterKey = defineCommand('vault', 'ResumeMasterKey', z.strictObject(which), changed, refusals);

/** For good: a compromised key never writes again. What it wraps is opened only until it has been wrapped anew. */
export const MarkMasterKeyCompromised = defineCommand(
  'vault',
  'MarkMasterKeyCompromised',
  z.strictObject({ ...which, ...why }),
  changed,
  refusals,
);
