import { KeyRequestDenied } from '@keyledger/contracts-approval';
import { asEvent, type EventReactor } from '@keyledger/messaging';
import { noticeContextOf, type TellDeps } from './tell.ts';

const NAME = 'tell-requester-when-denied';

export const tellRequesterWhenDenied = ({ sendNotification, clock }: TellDeps): EventReactor => ({
  name: NAME,
  handles: [KeyRequestDenied],
  react: async (event) => {
    const denied = asEvent(KeyRequestDenied, event);
    if (denied === undefined) return;
    const { email, modelId, reason, requestId } = denied.data;
    await sendNotification(
      {
        eventId: event.id,
        occurredAt: event.occurredAt,
        kind: 'request-denied',
        recipient: email,
        values: { modelId, reason, requestId },
      },
      noticeContextOf(event, NAME, clock),
    );
  },
});
