export {
  deliveryFailedExample,
  deliveryStartedExample,
  deliverySucceededExample,
  deliveryViewExample,
  failedDeliveryViewExample,
  linkIssuedExample,
  linkOpenedExample,
  linkViewExample,
  openedDeliveryViewExample,
  openedLinkExample,
  openLinkExample,
} from './examples.ts';
export { golden } from './golden.ts';
