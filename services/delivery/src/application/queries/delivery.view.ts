import type { DeliveryView, LinkView } from '@keyledger/contracts-delivery';
import { type ActiveDelivery, type Link, linkStateAt, newestLink } from '../../domain/delivery/delivery.state.ts';

const openedAtOf = ({ openedAt }: Link): { readonly openedAt?: string } => (openedAt === undefined ? {} : { openedAt });

export const deliveryView = (delivery: ActiveDelivery, now: string): DeliveryView => {
  const { deliveryId, requestId, leaseId, channel, recipient, status, startedAt, succeededAt, failure, trouble } =
    delivery;
  const link = newestLink(delivery);
  return {
    deliveryId,
    requestId,
    leaseId,
    channel,
    recipient,
    status,
    startedAt,
    ...(succeededAt === undefined ? {} : { succeededAt }),
    ...(failure === undefined ? {} : { failure }),
    ...(trouble === undefined || status !== 'started' ? {} : { trouble }),
    link: { state: linkStateAt(delivery, link, now), expiresAt: link.expiresAt, ...openedAtOf(link) },
  };
};

export const linkView = (delivery: ActiveDelivery, link: Link, now: string): LinkView => ({
  deliveryId: delivery.deliveryId,
  linkNumber: link.number,
  requestId: delivery.requestId,
  modelIds: [...delivery.modelIds],
  state: linkStateAt(delivery, link, now),
  expiresAt: link.expiresAt,
  ...openedAtOf(link),
});
