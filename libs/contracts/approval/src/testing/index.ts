export {
  keyRequestApprovedExample,
  keyRequestDeniedExample,
  keyRequestRetriedExample,
  keyRequestSentToReviewExample,
  keyRequestViewExamples,
  submitKeyRequestExample,
} from './examples.ts';
export { golden } from './golden.ts';
