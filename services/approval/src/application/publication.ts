import {
  KeyRequestApproved,
  KeyRequestDeferred,
  KeyRequestDenied,
  KeyRequestExpired,
  KeyRequestFailed,
  KeyRequestFulfilled,
  KeyRequestResumed,
  KeyRequestRetried,
  KeyRequestSentToReview,
  KeyRequestSubmitted,
} from '@keyledger/contracts-approval';
import { categoryOf } from '@keyledger/event-sourcing';
import type { EventPublication } from '@keyledger/messaging';
import { keyRequestCodec } from '../domain/key-request/key-request.events.ts';
import { keyRequests } from './approval-streams.ts';

const subjectOf = ({ requestId, modelId, email }: { requestId: string; modelId: string; email: string }) => ({
  requestId,
  modelId,
  email,
});

/** What others may see of the stored events. Slots, policies, evaluations and mistaken codes stay private. */
export const approvalPublication: EventPublication = (recorded) => {
  if (categoryOf(recorded.stream) !== keyRequests.category) return undefined;
  const { type, data } = keyRequestCodec.decode(recorded);
  switch (type) {
    case 'KeyRequestSubmitted':
      return { definition: KeyRequestSubmitted, data: subjectOf(data) };
    case 'KeyRequestDeferred':
      return { definition: KeyRequestDeferred, data: { ...subjectOf(data), retryAt: data.retryAt } };
    case 'KeyRequestApproved': {
      const { requestId, terms, approvedBy } = data;
      return { definition: KeyRequestApproved, data: { ...terms, requestId, approvedBy } };
    }
    case 'KeyRequestDenied': {
      const { reason, deniedBy } = data;
      return { definition: KeyRequestDenied, data: { ...subjectOf(data), reason, deniedBy } };
    }
    case 'KeyRequestSentToReview': {
      const { sentAt: _sentAt, ...review } = data;
      return { definition: KeyRequestSentToReview, data: review };
    }
    case 'KeyRequestExpired':
      return { definition: KeyRequestExpired, data: subjectOf(data) };
    case 'KeyRequestFulfilled':
      return { definition: KeyRequestFulfilled, data: subjectOf(data) };
    case 'KeyRequestFailed': {
      const { step, cause, message } = data;
      return { definition: KeyRequestFailed, data: { ...subjectOf(data), step, cause, message } };
    }
    case 'KeyRequestRetried':
      return { definition: KeyRequestRetried, data: { ...subjectOf(data), step: data.step } };
    case 'KeyRequestResumed':
      return { definition: KeyRequestResumed, data: subjectOf(data) };
    case 'KeyRequestEvaluated':
    case 'ClaimCodeRejected':
      return undefined;
  }
};
