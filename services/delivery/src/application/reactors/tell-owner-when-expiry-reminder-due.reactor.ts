import { LeaseExpiryReminderDue } from '@keyledger/contracts-vault';
import { asEvent, type EventReactor } from '@keyledger/messaging';
import { addressOf, keyNewsOf } from './key-news.ts';
import { noticeContextOf, type TellDeps } from './tell.ts';

const NAME = 'tell-owner-when-expiry-reminder-due';

export const tellOwnerWhenExpiryReminderDue = ({ sendNotification, clock }: TellDeps): EventReactor => ({
  name: NAME,
  handles: [LeaseExpiryReminderDue],
  react: async (event) => {
    const told = asEvent(LeaseExpiryReminderDue, event);
    const recipient = told && addressOf(told.data.owner);
    if (told === undefined || recipient === undefined) return;
    const { daysLeft, expiresAt } = told.data;
    await sendNotification(
      {
        eventId: event.id,
        occurredAt: event.occurredAt,
        kind: 'key-expires-soon',
        recipient,
        values: { ...keyNewsOf(told.data), daysLeft: String(daysLeft), expiresAt },
      },
      noticeContextOf(event, NAME, clock),
    );
  },
});
