import type { DeliveryView } from '@keyledger/contracts-delivery';
import { builder } from '../../builder.ts';
import { enumValues } from '../enum-values.ts';
import { deliverySource, type DeliverySource, isSource } from '../sources.ts';

type Link = NonNullable<DeliveryView['link']>;
type DeliveryFailure = NonNullable<DeliveryView['failure']>;
type DeliveryTrouble = NonNullable<DeliveryView['trouble']>;

const DeliveryStatus = builder.enumType('DeliveryStatus', {
  description: 'How far a delivery has come.',
  values: enumValues<DeliveryView['status']>({
    started: 'Being delivered.',
    succeeded: 'The channel took it over; for mail: the server accepted the message.',
    failed: 'The attempts are used up, or the channel refused for good.',
  }),
});

const LinkState = builder.enumType('LinkState', {
  description: 'What has become of a one-time link.',
  values: enumValues<Link['state']>({
    unopened: 'Waiting to be opened.',
    opened: 'Was opened; it shows nothing any more.',
    expired: 'Was not opened in time.',
    superseded: 'A newer link was sent in its place.',
  }),
});

const LinkType = builder.objectRef<Link>('DeliveryLink').implement({
  description: 'The one-time link of a delivery. Its address is known to the recipient alone.',
  fields: (t) => ({
    state: t.expose('state', { type: LinkState, description: 'What has become of it.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'Until when it can be opened.' }),
    openedAt: t.expose('openedAt', { type: 'DateTime', nullable: true, description: 'When it was opened.' }),
  }),
});

const DeliveryFailureType = builder.objectRef<DeliveryFailure>('DeliveryFailure').implement({
  description: 'Why a delivery failed.',
  fields: (t) => ({
    cause: t.exposeString('cause', { description: 'The kind of failure, for programs.' }),
    message: t.exposeString('message', { description: 'A sentence for people.' }),
    failedAt: t.expose('failedAt', { type: 'DateTime', description: 'When delivery gave up.' }),
  }),
});

const DeliveryTroubleType = builder.objectRef<DeliveryTrouble>('DeliveryTrouble').implement({
  description: 'Attempts that did not succeed; the next one follows by itself.',
  fields: (t) => ({
    attempts: t.exposeInt('attempts', { description: 'How many.' }),
    cause: t.exposeString('cause', { description: 'The kind of the last failure, for programs.' }),
    message: t.exposeString('message', { description: 'A sentence for people.' }),
    lastAttemptAt: t.expose('lastAttemptAt', { type: 'DateTime', description: 'When it was tried last.' }),
  }),
});

export const DeliveryType = builder.objectRef<DeliverySource>('Delivery');

builder.node(DeliveryType, {
  description: 'One way of a key to its recipient.',
  // Deliveries are found by their request, so its id is part of theirs.
  id: { resolve: ({ view }) => `${view.requestId}.${view.deliveryId}` },
  isTypeOf: (value) => isSource('Delivery', value),
  loadOne: async (id, context) => {
    context.signedIn();
    const [requestId = '', deliveryId] = id.split('.');
    const views = await context.reader.deliveriesOf(requestId);
    const view = views.find((delivery) => delivery.deliveryId === deliveryId);
    return view === undefined ? null : deliverySource(view, context.reader);
  },
  fields: (t) => ({
    channel: t.string({
      description: 'By which channel, for example `emailLink`.',
      resolve: ({ view }) => view.channel,
    }),
    recipient: t.string({ description: 'To whom: an address.', resolve: ({ view }) => view.recipient }),
    status: t.field({ type: DeliveryStatus, description: 'How far it has come.', resolve: ({ view }) => view.status }),
    startedAt: t.field({
      type: 'DateTime',
      description: 'When delivery took it up.',
      resolve: ({ view }) => view.startedAt,
    }),
    succeededAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the channel took it over.',
      resolve: ({ view }) => view.succeededAt,
    }),
    failure: t.field({
      type: DeliveryFailureType,
      nullable: true,
      description: 'Why it failed.',
      resolve: ({ view }) => view.failure,
    }),
    trouble: t.field({
      type: DeliveryTroubleType,
      nullable: true,
      description: 'While it is being delivered: attempts that did not succeed.',
      resolve: ({ view }) => view.trouble,
    }),
    link: t.field({
      type: LinkType,
      nullable: true,
      description: 'The one-time link that was sent; null for other channels and before it is sent.',
      resolve: ({ view }) => view.link,
    }),
  }),
});
