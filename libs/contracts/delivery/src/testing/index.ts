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
export { goldenEvent, type GoldenEvent, goldenFiles, goldenOperation, type GoldenOperation } from './golden.ts';
