import { defineCommand, defineQuery } from '@keyledger/messaging';
import { z } from 'zod';
import { deliveryViewSchema, linkViewSchema } from './delivery.ts';

/** A public key for ECDH-ES on P-256, as JWK; passed through to the vault. */
const recipientKey = z.strictObject({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string().length(43),
  y: z.string().length(43),
});

const linkToken = z.strictObject({ token: z.string().min(20).max(200) });

/** What a link leads to. Reading consumes nothing: mail scanners open links. `null` for a token that is not ours. */
export const GetLink = defineQuery('delivery', 'GetLink', linkToken, linkViewSchema.nullable());

/**
 * Opens a link once and answers with the key sealed to `recipientKey`. The principal must have proven the claim code of
 * the request behind the link. Repeated with the same key, after an answer that was lost, it answers once more; anybody
 * else is refused.
 */
export const OpenLink = defineCommand(
  'delivery',
  'OpenLink',
  linkToken.extend({ recipientKey }),
  z.object({
    jwe: z.string(),
    gatewayUrl: z.string(),
    modelIds: z.array(z.string()),
    keyExpiresAt: z.iso.datetime().optional(),
  }),
  [
    'link-not-found',
    'link-expired',
    'link-already-opened',
    'link-superseded',
    'claim-not-proven',
    'lease-suspended',
    'lease-ended',
  ],
);

/** Sends a new link in place of an unopened, lost or expired one; the earlier one stops working. For administrators. */
export const ResendLink = defineCommand(
  'delivery',
  'ResendLink',
  z.strictObject({ deliveryId: z.uuid() }),
  deliveryViewSchema,
  ['delivery-not-found', 'delivery-in-progress', 'delivery-superseded', 'not-an-administrator'],
);

/** The deliveries of a key request, oldest first; none when the principal may not see them. */
export const FindDeliveriesByRequest = defineQuery(
  'delivery',
  'FindDeliveriesByRequest',
  z.strictObject({ requestId: z.uuid() }),
  z.object({ deliveries: z.array(deliveryViewSchema) }),
);
