import { z } from 'zod';
import { connectionSchema, connectionTestSchema } from './connection.ts';
import { recipientKeySchema } from './lease.ts';

/** One line, as people write names. */
const lineSchema = z
  .string()
  .trim()
  .min(1)
  .max(255)
  .regex(/^[^\p{Cc}]*$/u, 'Expected one line');

export const labelSchema = lineSchema;
export const ownerSchema = lineSchema.max(320);

export const secretOrigins = ['issued', 'submitted'] as const;
export const secretStatuses = ['sealed', 'shredded'] as const;

/** What lists show of a version. There is no field for its value. */
const secretVersionSchema = z.object({
  version: z.int().min(1),
  /** First and last four characters, or `****`. */
  mask: z.string(),
  /** Keyed digest: equal for equal values, and of no use to whoever wants to guess one. */
  fingerprint: z.string(),
  /** Where this value belongs. */
  connection: connectionSchema.optional(),
  sealedAt: z.iso.datetime(),
  /** Since when another version counts; absent for the one that counts now. */
  supersededAt: z.iso.datetime().optional(),
  /** Since when it can never be opened again. */
  shreddedAt: z.iso.datetime().optional(),
  /** Since when it is known that it does not open any more; absent when nothing is known against it. */
  unreadableSince: z.iso.datetime().optional(),
});

export const secretViewSchema = z.object({
  secretId: z.uuid(),
  /** Whose it is: the id of a principal, or `system`. */
  owner: z.string(),
  /** Absent for the key of a lease. */
  label: z.string().optional(),
  /** `issued`: the key of the lease with the same id. `submitted`: handed in by somebody. */
  origin: z.enum(secretOrigins),
  status: z.enum(secretStatuses),
  /** The version that counts. */
  version: z.int().min(1),
  mask: z.string(),
  fingerprint: z.string(),
  /** Present when the version that counts does not open any more: the secret needs re-entry. */
  unreadableSince: z.iso.datetime().optional(),
  /** Where the version that counts belongs: it is sent to this address and to no other. */
  connection: connectionSchema.optional(),
  /** What the provider said last about a version. Kept until it says something else. */
  lastTest: connectionTestSchema.extend({ version: z.int().min(1) }).optional(),
  /** When a version was last opened for a test. */
  triedAt: z.iso.datetime().optional(),
  /** All of them, in order. */
  versions: z.array(secretVersionSchema).min(1),
  /** Applications that may check it out; absent where there are none. */
  checkoutGrants: z.array(z.object({ serviceTokenId: z.uuid(), grantedAt: z.iso.datetime() })).optional(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});

export type SecretView = z.infer<typeof secretViewSchema>;

/** A public key of the vault, under which secrets are handed in. */
export const submissionKeySchema = z.object({ submissionKeyId: z.uuid(), publicKey: recipientKeySchema });

/** Longer than any API key, and long enough for the key file of a service account. */
export const LONGEST_VALUE = 16_384;

/**
 * What is inside the JWE of a submission: this JSON and nothing else. `submitter` is the id of the principal who hands the
 * value in; the vault takes it from nobody else, so that a JWE that was overheard is of no use to others.
 */
export const submittedValueSchema = z.strictObject({
  value: z.string().max(LONGEST_VALUE),
  submitter: z.string().min(1).max(320),
});

/** Compact JWE, `alg` ECDH-ES, `enc` A256GCM, `kid` the id of the submission key. */
export const submissionSchema = z
  .string()
  .max(100_000)
  .regex(/^[\w-]+\.\.[\w-]+\.[\w-]*\.[\w-]+$/, 'Expected a compact JWE with direct key agreement');

/** What can be wrong with a value that is handed in. */
export const submissionRefusals = [
  'submission-key-expired',
  'submission-unreadable',
  'value-empty',
  'value-not-text',
  'value-has-white-space',
  'value-has-quotes',
  'value-is-a-mask',
] as const;
