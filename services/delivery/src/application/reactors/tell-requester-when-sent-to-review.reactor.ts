import { KeyRequestSentToReview } from '@keyledger/contracts-approval';
import { asEvent, type EventReactor } from '@keyledger/messaging';
import { noticeContextOf, type TellDeps } from './tell.ts';

const NAME = 'tell-requester-when-sent-to-review';

export const tellRequesterWhenSentToReview = ({ sendNotification, clock }: TellDeps): EventReactor => ({
  name: NAME,
  handles: [KeyRequestSentToReview],
  react: async (event) => {
    const sent = asEvent(KeyRequestSentToReview, event);
    if (sent === undefined) return;
    const { email, modelId, reason, expiresAt, requestId } = sent.data;
    await sendNotification(
      {
        eventId: event.id,
        occurredAt: event.occurredAt,
        kind: 'request-in-review',
        recipient: email,
        values: { modelId, reason, expiresAt, requestId },
      },
      noticeContextOf(event, NAME, clock),
    );
  },
});
