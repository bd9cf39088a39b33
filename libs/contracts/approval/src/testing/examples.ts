import {
  KeyRequestApproved,
  KeyRequestDenied,
  KeyRequestRetried,
  KeyRequestSentToReview,
} from '../integration-events.ts';
import { type KeyRequestStatus, type KeyRequestView, keyRequestViewSchema } from '../key-request.ts';
import { SubmitKeyRequest } from '../operations.ts';
import { goldenEvent, goldenOperation } from './golden.ts';

/** Example messages for the tests of those who talk to approval: its golden files, typed. */
export const submitKeyRequestExample = SubmitKeyRequest.input.parse(
  goldenOperation('SubmitKeyRequest.command.json').input,
);
export const keyRequestApprovedExample = KeyRequestApproved.schema.parse(
  goldenEvent('KeyRequestApproved.event.v1.json').data,
);
export const keyRequestDeniedExample = KeyRequestDenied.schema.parse(
  goldenEvent('KeyRequestDenied.event.v1.json').data,
);
export const keyRequestSentToReviewExample = KeyRequestSentToReview.schema.parse(
  goldenEvent('KeyRequestSentToReview.event.v1.json').data,
);
export const keyRequestRetriedExample = KeyRequestRetried.schema.parse(
  goldenEvent('KeyRequestRetried.event.v1.json').data,
);

/** A request in each of its states. */
export const keyRequestViewExamples = Object.fromEntries(
  goldenOperation('GetKeyRequest.query.json')
    .replies.filter((reply) => reply !== null)
    .map((reply) => keyRequestViewSchema.parse(reply))
    .map((view) => [view.status, view]),
) as Readonly<Record<KeyRequestStatus, KeyRequestView>>;
