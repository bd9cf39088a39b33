import { defineCommand, defineQuery, pageInput, pageOf } from '@keyledger/messaging';
import { z } from 'zod';
import { wantedConnectionSchema } from './connection.ts';
import { recipientKeySchema } from './lease.ts';
import {
  labelSchema,
  ownerSchema,
  secretViewSchema,
  submissionKeySchema,
  submissionRefusals,
  submissionSchema,
} from './secret.ts';

const bySecret = z.strictObject({ secretId: z.uuid() });

/** What `shredSecret` and its kind meet first; for those who may not manage a secret it is not there. */
const custodyRefusals = ['secret-not-found', 'secret-is-issued'] as const;

/**
 * Seals a new secret. Its value comes encrypted to the submission key of the vault. The same `idempotencyKey` from the
 * same principal with the same value answers `ignored` with the first secret, with another value it is refused.
 */
export const SealSecret = defineCommand(
  'vault',
  'SealSecret',
  z.strictObject({
    label: labelSchema,
    /** Default: the principal itself. Others only by administrators, for example `system`. */
    owner: ownerSchema.optional(),
    /** Where the value belongs; without it nobody can test it. */
    connection: wantedConnectionSchema.optional(),
    submission: submissionSchema,
    idempotencyKey: z.string().min(1).max(200).optional(),
  }),
  secretViewSchema,
  ['not-permitted', 'secret-exists', 'provider-unknown', 'address-missing', ...submissionRefusals],
);

/**
 * Gives a secret a new value, which becomes a new version, or a new label. What is absent is kept. Another connection needs
 * the value anew: a stored one cannot be sent to an address that was named later.
 */
export const ReplaceSecret = defineCommand(
  'vault',
  'ReplaceSecret',
  bySecret.extend({
    label: labelSchema.optional(),
    connection: wantedConnectionSchema.optional(),
    submission: submissionSchema.optional(),
  }),
  secretViewSchema,
  [
    ...custodyRefusals,
    'secret-shredded',
    'value-required',
    'provider-unknown',
    'address-missing',
    ...submissionRefusals,
  ],
);

/** Lets an earlier version count again; opens nothing. */
export const RestoreSecret = defineCommand(
  'vault',
  'RestoreSecret',
  bySecret.extend({ version: z.int().min(1) }),
  secretViewSchema,
  [...custodyRefusals, 'secret-shredded', 'version-not-found', 'version-shredded'],
);

/**
 * Destroys data keys: for good, in every copy of the event store. `whole`: the secret is at its end. `expired-versions`:
 * earlier versions that have not counted for as long as the vault is told to keep them.
 */
export const ShredSecret = defineCommand(
  'vault',
  'ShredSecret',
  bySecret.extend({
    scope: z.enum(['whole', 'expired-versions']),
    reason: z.string().trim().min(1).max(500).optional(),
  }),
  secretViewSchema,
  custodyRefusals,
);

/** Lets an application, by the id of its service token, check a secret out until that is revoked. */
export const GrantCheckout = defineCommand(
  'vault',
  'GrantCheckout',
  bySecret.extend({ serviceTokenId: z.uuid() }),
  secretViewSchema,
  [...custodyRefusals, 'secret-shredded'],
);

/** From the answer on the application is refused. What it has seen it knows. */
export const RevokeCheckoutGrant = defineCommand(
  'vault',
  'RevokeCheckoutGrant',
  bySecret.extend({ serviceTokenId: z.uuid() }),
  secretViewSchema,
  custodyRefusals,
);

/** What somebody asks for who wants a secret revealed, without the key that it shall be sealed to. */
export const revealWishSchema = bySecret.extend({
  /** Default: the version that counts. */
  version: z.int().min(1).optional(),
  /** One-time id of the right to this reveal, chosen by the caller. */
  grantId: z.uuid(),
  purpose: z.enum(['checkout', 'break-glass']),
  /** For `break-glass`, ten characters or more. Recorded. */
  reason: z.string().trim().max(500).optional(),
});

/**
 * Reveals a secret, sealed to `recipientKey` as `RevealLease` does: for its owner or an application that it is granted to
 * (`checkout`), or for an administrator who says why (`break-glass`). Recorded before it is answered; refused attempts are
 * recorded as well. Each grant is good for one recipient.
 */
export const RevealSecret = defineCommand(
  'vault',
  'RevealSecret',
  revealWishSchema.extend({ recipientKey: recipientKeySchema }),
  z.object({ jwe: z.string(), mask: z.string(), version: z.int().min(1) }),
  ['secret-not-found', 'secret-shredded', 'secret-unreadable', 'grant-used', 'not-permitted', 'reason-missing'],
);

/** A new submission key in the place of the present one, which is accepted for ten more minutes. For administrators. */
export const RotateSubmissionKey = defineCommand(
  'vault',
  'RotateSubmissionKey',
  z.strictObject({}),
  submissionKeySchema,
  ['not-permitted'],
);

/** The key under which secrets are handed in now. Fault `sealed` while nobody could open them. */
export const GetSubmissionKey = defineQuery('vault', 'GetSubmissionKey', z.strictObject({}), submissionKeySchema);

/** `null` when there is none or the principal may not see it. Folds the stream: reads its own writes. */
export const GetSecret = defineQuery('vault', 'GetSecret', bySecret, secretViewSchema.nullable());

/** Newest first, from the read model. All for administrators and auditors, otherwise those of the principal. */
export const ListSecrets = defineQuery(
  'vault',
  'ListSecrets',
  z.strictObject({
    ...pageInput,
    owner: ownerSchema.optional(),
    /** Those of which the version that counts has this value. */
    fingerprint: z.string().max(100).optional(),
    /** Only those that have to be entered anew. */
    needsReentry: z.literal(true).optional(),
  }),
  pageOf(secretViewSchema),
);
