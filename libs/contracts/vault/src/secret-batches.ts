import { defineCommand } from '@keyledger/messaging';
import { z } from 'zod';
import { wantedConnectionSchema } from './connection.ts';
import { recipientKeySchema } from './lease.ts';
import { labelSchema, ownerSchema, secretViewSchema, submissionRefusals } from './secret.ts';
import { RevealSecret, revealWishSchema } from './secret-operations.ts';

/** Secrets in one batch. */
export const LARGEST_BATCH = 100;

/** Bytes of all values of a batch together: ten times what that many API keys are, and what a message can carry encrypted. */
export const LARGEST_BATCH_BYTES = 262_144;

const areDistinct = (ids: readonly (string | undefined)[]): boolean => {
  const given = ids.filter((id) => id !== undefined);
  return new Set(given).size === given.length;
};

const { purpose, reason, ...wished } = revealWishSchema.shape;

const revealed = { secretId: z.uuid(), mask: z.string(), version: z.int().min(1) };

/** What became of one secret of a batch; the outcomes are those of `RevealSecret`. */
const revealedItemSchema = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('accepted'), ...revealed }),
  z.object({ outcome: z.literal('ignored'), because: z.string(), ...revealed }),
  z.object({
    outcome: z.literal('refused'),
    secretId: z.uuid(),
    /** `not-recorded`: the record could not be written, so nothing was revealed; ask again. */
    code: z.enum([...RevealSecret.refusals, 'not-recorded']),
    message: z.string(),
  }),
]);

export type RevealedItem = z.infer<typeof revealedItemSchema>;

/** What somebody asks for who wants many secrets revealed, without the key that they shall be sealed to. */
export const revealWishesSchema = z.strictObject({
  items: z
    .array(z.strictObject({ ...wished, grantId: wished.grantId.optional() }))
    .min(1)
    .max(LARGEST_BATCH)
    .refine((items) => areDistinct(items.map(({ secretId }) => secretId)), 'A secret is named twice'),
  purpose,
  reason,
});

/**
 * Reveals up to a hundred secrets at once, under the rules of `RevealSecret` for each by itself: every reveal and every refused
 * attempt is recorded in the history of its secret, and one that is refused or does not open stops none of the others. A repetition
 * of the same message, or of the same grants for the same recipient, is answered again without further records.
 */
export const RevealSecrets = defineCommand(
  'vault',
  'RevealSecrets',
  revealWishesSchema.extend({ recipientKey: recipientKeySchema }),
  z.object({
    /** To the recipient: `{"keys":{"<secret id>":"…"}}` with the accepted and ignored items. Absent where there are none. */
    jwe: z.string().optional(),
    /** In the order in which they were asked for. */
    items: z.array(revealedItemSchema),
  }),
  /** Nothing was opened or recorded: the values together are longer than an answer may be. */
  ['batch-too-large'],
);

/** What is inside the JWE of an answer: values by the id of their secret. */
export const revealedKeysSchema = z.strictObject({ keys: z.record(z.uuid(), z.string().min(1)) });

/** What is inside the JWE of a submission of several values: this JSON and nothing else. */
export const submittedValuesSchema = z.strictObject({
  values: z.array(z.string()).min(1).max(LARGEST_BATCH),
  submitter: z.string().min(1).max(320),
});

/** Compact JWE as of a single submission, and longer. */
const batchSubmissionSchema = z
  .string()
  .max(700_000)
  .regex(/^[\w-]+\.\.[\w-]+\.[\w-]*\.[\w-]+$/, 'Expected a compact JWE with direct key agreement');

const [keyExpired, unreadable, ...valueRefusals] = submissionRefusals;

/** What became of one value of a batch; the outcomes are those of `SealSecret`. */
const sealedItemSchema = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('accepted'), result: secretViewSchema }),
  z.object({ outcome: z.literal('ignored'), because: z.string(), result: secretViewSchema }),
  z.object({
    outcome: z.literal('refused'),
    /** `not-recorded`: the record could not be written; hand this one in again. */
    code: z.enum([
      'not-permitted',
      'secret-exists',
      'provider-unknown',
      'address-missing',
      'value-too-long',
      'not-recorded',
      ...valueRefusals,
    ]),
    message: z.string(),
  }),
]);

export type SealedItem = z.infer<typeof sealedItemSchema>;

/**
 * Seals up to a hundred new secrets at once, each as `SealSecret` would, from one submission that holds their values in the order of
 * the items. A value that is refused stops none of the others. A repetition of the same message, or of an item with its own
 * `idempotencyKey` and the same value, answers `ignored` with the first secret.
 */
export const SealSecrets = defineCommand(
  'vault',
  'SealSecrets',
  z.strictObject({
    items: z
      .array(
        z.strictObject({
          label: labelSchema,
          connection: wantedConnectionSchema.optional(),
          idempotencyKey: z.string().min(1).max(200).optional(),
        }),
      )
      .min(1)
      .max(LARGEST_BATCH)
      .refine(
        (items) => areDistinct(items.map(({ idempotencyKey }) => idempotencyKey)),
        'An idempotency key comes twice',
      ),
    /** Of all of them. Default: the principal itself. Others only by administrators, for example `system`. */
    owner: ownerSchema.optional(),
    submission: batchSubmissionSchema,
  }),
  z.object({ items: z.array(sealedItemSchema) }),
  ['not-permitted', keyExpired, unreadable],
);
