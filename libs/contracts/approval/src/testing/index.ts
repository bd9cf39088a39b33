export {
  keyRequestApprovedExample,
  keyRequestDeniedExample,
  keyRequestRetriedExample,
  keyRequestSentToReviewExample,
  keyRequestViewExamples,
  submitKeyRequestExample,
} from './examples.ts';
export { goldenEvent, type GoldenEvent, goldenFiles, goldenOperation, type GoldenOperation } from './golden.ts';
