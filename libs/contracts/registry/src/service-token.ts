import { defineCommand, defineQuery, pageInput, pageOf } from '@keyledger/messaging';
import { z } from 'zod';

/** SHA-256 of the text of a token, in lower-case hexadecimal. The token holds 256 random bits, so nothing leads back to it. */
const digestSchema = z.string().regex(/^[0-9a-f]{64}$/, 'Expected a SHA-256 in hexadecimal');

/** What administrators and auditors may see of a token. There is no field for the token, nor for its digest. */
export const serviceTokenViewSchema = z.object({
  serviceTokenId: z.uuid(),
  /** What people call the application that holds it. */
  name: z.string(),
  issuedAt: z.iso.datetime(),
  /** From then on it opens nothing; absent: it has no end of its own. */
  expiresAt: z.iso.datetime().optional(),
  /** Since when it opens nothing any more. */
  revokedAt: z.iso.datetime().optional(),
});

export type ServiceTokenView = z.infer<typeof serviceTokenViewSchema>;

/**
 * Lets an application sign in. Whoever asks has made the token and shows it once; the registry learns its digest only. The
 * same id with the same digest again answers `ignored`. Only administrators.
 */
export const IssueServiceToken = defineCommand(
  'registry',
  'IssueServiceToken',
  z.strictObject({
    /** UUIDv7, chosen by whoever asks. */
    serviceTokenId: z.uuidv7(),
    name: z
      .string()
      .trim()
      .min(1)
      .max(255)
      .regex(/^[^\p{Cc}]*$/u, 'Expected one line'),
    digest: digestSchema,
    /** Default: the longest life that is configured, or none. */
    expiresAt: z.iso.datetime().optional(),
  }),
  serviceTokenViewSchema,
  ['not-an-administrator', 'service-token-exists', 'expiry-in-the-past', 'exceeds-limits'],
);

/** From the answer on the token opens nothing any more, at any gateway. Only administrators. */
export const RevokeServiceToken = defineCommand(
  'registry',
  'RevokeServiceToken',
  z.strictObject({ serviceTokenId: z.uuid() }),
  serviceTokenViewSchema,
  ['not-an-administrator', 'service-token-not-found'],
);

/** Newest first, from the read model. For administrators and auditors. */
export const ListServiceTokens = defineQuery(
  'registry',
  'ListServiceTokens',
  z.strictObject(pageInput),
  pageOf(serviceTokenViewSchema),
);

/**
 * Whose token has this digest; `null` for one that is not known, has another digest or is revoked. `unauthenticated` for one
 * whose time is over, with the time as `expiredAt` in its detail: only its holder can learn that. Folds the stream, so a
 * revocation counts at once. Only the gateway, as itself, may ask.
 */
export const VerifyServiceToken = defineQuery(
  'registry',
  'VerifyServiceToken',
  z.strictObject({ serviceTokenId: z.uuid(), digest: digestSchema }),
  serviceTokenViewSchema.nullable(),
);
