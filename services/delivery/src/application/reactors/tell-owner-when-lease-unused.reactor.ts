import { LeaseUnused } from '@keyledger/contracts-vault';
import { asEvent, type EventReactor } from '@keyledger/messaging';
import { addressOf, keyNewsOf } from './key-news.ts';
import { noticeContextOf, type TellDeps } from './tell.ts';

const NAME = 'tell-owner-when-lease-unused';

export const tellOwnerWhenLeaseUnused = ({ sendNotification, clock }: TellDeps): EventReactor => ({
  name: NAME,
  handles: [LeaseUnused],
  react: async (event) => {
    const told = asEvent(LeaseUnused, event);
    const recipient = told && addressOf(told.data.owner);
    if (told === undefined || recipient === undefined) return;
    const { sinceDays, lastUsedAt } = told.data;
    await sendNotification(
      {
        eventId: event.id,
        occurredAt: event.occurredAt,
        kind: 'key-unused',
        recipient,
        values: { ...keyNewsOf(told.data), sinceDays: String(sinceDays), lastUsedAt },
      },
      noticeContextOf(event, NAME, clock),
    );
  },
});
