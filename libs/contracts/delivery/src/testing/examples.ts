import { deliveryViewSchema, linkViewSchema } from '../delivery.ts';
import { DeliveryFailed, DeliveryStarted, DeliverySucceeded, LinkIssued, LinkOpened } from '../integration-events.ts';
import { OpenLink } from '../operations.ts';
import { goldenEvent, goldenOperation } from './golden.ts';

const views = goldenOperation('FindDeliveriesByRequest.query.json').replies[0] as { deliveries: unknown[] };

/** Example messages for the tests of those who talk to delivery: its golden files, typed. */
export const deliveryStartedExample = DeliveryStarted.schema.parse(goldenEvent('DeliveryStarted.event.v1.json').data);
export const deliverySucceededExample = DeliverySucceeded.schema.parse(
  goldenEvent('DeliverySucceeded.event.v1.json').data,
);
export const deliveryFailedExample = DeliveryFailed.schema.parse(goldenEvent('DeliveryFailed.event.v1.json').data);
export const linkIssuedExample = LinkIssued.schema.parse(goldenEvent('LinkIssued.event.v1.json').data);
export const linkOpenedExample = LinkOpened.schema.parse(goldenEvent('LinkOpened.event.v1.json').data);
export const deliveryViewExample = deliveryViewSchema.parse(views.deliveries[0]);
export const openedDeliveryViewExample = deliveryViewSchema.parse(views.deliveries[1]);
export const failedDeliveryViewExample = deliveryViewSchema.parse(views.deliveries[3]);
export const linkViewExample = linkViewSchema.parse(goldenOperation('GetLink.query.json').replies[0]);
export const openLinkExample = OpenLink.input.parse(goldenOperation('OpenLink.command.json').input);
export const openedLinkExample = OpenLink.reply.parse(goldenOperation('OpenLink.command.json').replies[0]);
