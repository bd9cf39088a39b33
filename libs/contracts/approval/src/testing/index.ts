export {
  keyRequestApprovedExample,
  keyRequestDeniedExample,
  keyRequestResumedExample,
  keyRequestRetriedExample,
  keyRequestSentToReviewExample,
  keyRequestViewExamples,
  submitKeyRequestExample,
} from './examples.ts';
export { golden } from './golden.ts';
