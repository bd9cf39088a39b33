import { deliveryViewSchema, linkViewSchema } from '../delivery.ts';
import { DeliveryFailed, DeliveryStarted, DeliverySucceeded, LinkIssued, LinkOpened } from '../integration-events.ts';
import { OpenLink } from '../operations.ts';
import { golden } from './golden.ts';

const views = golden.operation('FindDeliveriesByRequest.query.json').replies[0] as { deliveries: unknown[] };

/** Example messages for the tests of those who talk to delivery: its golden files, typed. */
export const deliveryStartedExample = DeliveryStarted.schema.parse(golden.event('DeliveryStarted.event.v1.json').data);
export const deliverySucceededExample = DeliverySucceeded.schema.parse(
  golden.event('DeliverySucceeded.event.v1.json').data,
);
export const deliveryFailedExample = DeliveryFailed.schema.parse(golden.event('DeliveryFailed.event.v1.json').data);
export const linkIssuedExample = LinkIssued.schema.parse(golden.event('LinkIssued.event.v1.json').data);
export const linkOpenedExample = LinkOpened.schema.parse(golden.event('LinkOpened.event.v1.json').data);
export const deliveryViewExample = deliveryViewSchema.parse(views.deliveries[0]);
export const openedDeliveryViewExample = deliveryViewSchema.parse(views.deliveries[1]);
export const failedDeliveryViewExample = deliveryViewSchema.parse(views.deliveries[3]);
export const linkViewExample = linkViewSchema.parse(golden.operation('GetLink.query.json').replies[0]);
export const openLinkExample = OpenLink.input.parse(golden.operation('OpenLink.command.json').input);
export const openedLinkExample = OpenLink.reply.parse(golden.operation('OpenLink.command.json').replies[0]);
