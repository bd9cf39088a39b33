import { createHash } from 'node:crypto';
import { type MessageBinding, principalSchema } from '@keyledger/messaging';
import { z } from 'zod';

export const TOKEN_TYPE = 'keyledger-principal+jwt';
export const ALGORITHM = 'EdDSA';

/** A token is checked when its message arrives; this is the longest way a message may take. */
export const LIFETIME_SECONDS = 30;

/** How far the clocks of two machines may be apart. */
export const CLOCK_TOLERANCE_SECONDS = 30;

export const claimsSchema = z.object({
  /** The service that signed. */
  iss: z.string(),
  iat: z.int(),
  exp: z.int(),
  jti: z.string(),
  principal: principalSchema,
  subject: z.string(),
  body: z.string(),
});

export type Claims = z.infer<typeof claimsSchema>;

/**
 * Digest of the JSON text of a body. Both sides take the text of the decoded value, so that it does not matter how it
 * was written on the wire.
 */
const digestOf = (body: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(body) ?? '')
    .digest('base64url');

export const bindingClaims = ({
  subject,
  messageId,
  body,
}: MessageBinding): Pick<Claims, 'subject' | 'jti' | 'body'> => ({
  subject,
  jti: messageId,
  body: digestOf(body),
});
