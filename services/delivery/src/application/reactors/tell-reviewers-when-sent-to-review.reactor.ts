import { KeyRequestSentToReview } from '@keyledger/contracts-approval';
import { asEvent, type EventReactor } from '@keyledger/messaging';
import { noticeContextOf, type TellDeps } from './tell.ts';

const NAME = 'tell-reviewers-when-sent-to-review';

/** Each reviewer is told by a mail of their own; trouble with one keeps none of the others waiting. */
export const tellReviewersWhenSentToReview = ({ sendNotification, clock }: TellDeps): EventReactor => ({
  name: NAME,
  handles: [KeyRequestSentToReview],
  react: async (event) => {
    const sent = asEvent(KeyRequestSentToReview, event);
    if (sent === undefined) return;
    const { reviewers, ...values } = sent.data;
    const told = await Promise.allSettled(
      [...new Set(reviewers)].map((recipient) =>
        sendNotification(
          { eventId: event.id, occurredAt: event.occurredAt, kind: 'review-needed', recipient, values },
          noticeContextOf(event, NAME, clock),
        ),
      ),
    );
    for (const outcome of told) if (outcome.status === 'rejected') throw outcome.reason;
  },
});
