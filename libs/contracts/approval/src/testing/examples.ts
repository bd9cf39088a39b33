import {
  KeyRequestApproved,
  KeyRequestDenied,
  KeyRequestResumed,
  KeyRequestRetried,
  KeyRequestSentToReview,
} from '../integration-events.ts';
import { type KeyRequestStatus, type KeyRequestView, keyRequestViewSchema } from '../key-request.ts';
import { SubmitKeyRequest } from '../operations.ts';
import { golden } from './golden.ts';

/** Example messages for the tests of those who talk to approval: its golden files, typed. */
export const submitKeyRequestExample = SubmitKeyRequest.input.parse(
  golden.operation('SubmitKeyRequest.command.json').input,
);
export const keyRequestApprovedExample = KeyRequestApproved.schema.parse(
  golden.event('KeyRequestApproved.event.v1.json').data,
);
export const keyRequestDeniedExample = KeyRequestDenied.schema.parse(
  golden.event('KeyRequestDenied.event.v1.json').data,
);
export const keyRequestSentToReviewExample = KeyRequestSentToReview.schema.parse(
  golden.event('KeyRequestSentToReview.event.v1.json').data,
);
export const keyRequestResumedExample = KeyRequestResumed.schema.parse(
  golden.event('KeyRequestResumed.event.v1.json').data,
);
export const keyRequestRetriedExample = KeyRequestRetried.schema.parse(
  golden.event('KeyRequestRetried.event.v1.json').data,
);

/** A request in each of its states. */
export const keyRequestViewExamples = Object.fromEntries(
  golden
    .operation('GetKeyRequest.query.json')
    .replies.filter((reply) => reply !== null)
    .map((reply) => keyRequestViewSchema.parse(reply))
    .map((view) => [view.status, view]),
) as Readonly<Record<KeyRequestStatus, KeyRequestView>>;
