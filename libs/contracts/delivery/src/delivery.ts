import { z } from 'zod';

export const deliveryStatuses = ['started', 'succeeded', 'failed'] as const;

/** `unopened` → `opened`; `expired` by time; `superseded` when a newer link was sent. */
export const linkStates = ['unopened', 'opened', 'expired', 'superseded'] as const;

export const deliveryViewSchema = z.object({
  deliveryId: z.uuid(),
  requestId: z.uuid(),
  leaseId: z.uuid(),
  channel: z.string(),
  recipient: z.string(),
  status: z.enum(deliveryStatuses),
  startedAt: z.iso.datetime(),
  succeededAt: z.iso.datetime().optional(),
  failure: z.object({ cause: z.string(), message: z.string(), failedAt: z.iso.datetime() }).optional(),
  /** While `started`: attempts that did not succeed; the next one follows by itself. */
  trouble: z
    .object({ attempts: z.int().min(1), cause: z.string(), message: z.string(), lastAttemptAt: z.iso.datetime() })
    .optional(),
  link: z
    .object({ state: z.enum(linkStates), expiresAt: z.iso.datetime(), openedAt: z.iso.datetime().optional() })
    .optional(),
});

export type DeliveryView = z.infer<typeof deliveryViewSchema>;

/** What the page behind a link may show before the key is revealed. */
export const linkViewSchema = z.object({
  deliveryId: z.uuid(),
  /** Which link of the delivery, from 1; a link that is sent again is another one. */
  linkNumber: z.int().min(1).optional(),
  requestId: z.uuid(),
  modelIds: z.array(z.string()),
  state: z.enum(linkStates),
  expiresAt: z.iso.datetime(),
  openedAt: z.iso.datetime().optional(),
});

export type LinkView = z.infer<typeof linkViewSchema>;
