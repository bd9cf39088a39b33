import { defineIntegrationEvent } from '@keyledger/messaging';
import { z } from 'zod';

const subject = z.object({ deliveryId: z.uuid(), requestId: z.uuid(), leaseId: z.uuid(), channel: z.string() });

const define = <const Type extends string, Data>(type: Type, schema: z.ZodType<Data>) =>
  defineIntegrationEvent('delivery', 'delivery', type, 1, schema);

export const DeliveryStarted = define('DeliveryStarted', subject);

/** The channel took it over; for mail, the server accepted the message. `generation`: which key of the lease. */
export const DeliverySucceeded = define('DeliverySucceeded', subject.extend({ generation: z.int().min(1).optional() }));

/** The retries are used up, or the channel refused for good. */
export const DeliveryFailed = define('DeliveryFailed', subject.extend({ cause: z.string(), message: z.string() }));

/** A further link takes the place of the earlier ones; its mail is about to be sent. */
export const LinkIssued = define('LinkIssued', subject);

export const LinkOpened = define('LinkOpened', subject.extend({ openedAt: z.iso.datetime() }));
