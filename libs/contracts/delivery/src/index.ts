export {
  deliveryStatuses,
  type DeliveryView,
  deliveryViewSchema,
  linkStates,
  type LinkView,
  linkViewSchema,
} from './delivery.ts';
export { DeliveryFailed, DeliveryStarted, DeliverySucceeded, LinkIssued, LinkOpened } from './integration-events.ts';
export { FindDeliveriesByRequest, GetLink, OpenLink, ResendLink } from './operations.ts';
