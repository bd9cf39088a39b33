import { defineCommand, defineQuery, pageInput, pageOf } from '@keyledger/messaging';
import { z } from 'zod';
import { leaseViewSchema } from './lease.ts';
import { submissionRefusals, submissionSchema } from './secret.ts';

export const custodianTaskKinds = ['hand-in', 'end-key'] as const;

/** What a person has to do at a provider that has no interface for it. */
export const custodianTaskSchema = z.object({
  /** `hand-in`: make the key and hand it in. `end-key`: end the key and confirm it. */
  kind: z.enum(custodianTaskKinds),
  lease: leaseViewSchema,
  generation: z.int().min(1),
  /** Name to give the key at the provider, or the one that it has. */
  alias: z.string().optional(),
  /** What the provider calls the key that is to end. */
  issuerKeyId: z.string().optional(),
  /** What to do, in the words of the configuration. */
  instruction: z.string().optional(),
});

export type CustodianTask = z.infer<typeof custodianTaskSchema>;

/** Newest leases first, from the read model. Only administrators. */
export const ListCustodianTasks = defineQuery(
  'vault',
  'ListCustodianTasks',
  z.strictObject(pageInput),
  pageOf(custodianTaskSchema),
);

/** Looked at before anything is sealed. The ids that are on record may be of other kinds. */
const newIssuerKeyIdSchema = z
  .string()
  .trim()
  .min(1)
  .max(255)
  .regex(/^[^\p{Cc}]*$/u, 'Expected one line');

/**
 * Hands in the key that a custodian was asked for, encrypted to the submission key. `issuerKeyId`: what the provider
 * calls it. The same key again answers `ignored`. `key-not-valid`: the provider was shown the key and does not know it.
 * `key-taken`: the value is, or was, the key of a lease, or lies in the vault as a secret. Only administrators.
 */
export const HandInKey = defineCommand(
  'vault',
  'HandInKey',
  z.strictObject({ leaseId: z.uuid(), issuerKeyId: newIssuerKeyIdSchema, submission: submissionSchema }),
  leaseViewSchema,
  [
    'lease-not-found',
    'not-permitted',
    'lease-ended',
    'key-not-requested',
    'key-not-valid',
    'key-taken',
    ...submissionRefusals,
  ],
);

/** Says that a key which only a person can end has ended. Only administrators. */
export const ConfirmKeyEnded = defineCommand(
  'vault',
  'ConfirmKeyEnded',
  z.strictObject({ leaseId: z.uuid(), issuerKeyId: z.string().min(1).max(255) }),
  leaseViewSchema,
  ['lease-not-found', 'not-permitted', 'key-not-found', 'key-not-requested'],
);
