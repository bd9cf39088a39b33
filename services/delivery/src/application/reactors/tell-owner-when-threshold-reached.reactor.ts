import { LeaseThresholdReached } from '@keyledger/contracts-vault';
import { asEvent, type EventReactor } from '@keyledger/messaging';
import { addressOf, keyNewsOf, dollars } from './key-news.ts';
import { noticeContextOf, type TellDeps } from './tell.ts';

const NAME = 'tell-owner-when-threshold-reached';

export const tellOwnerWhenThresholdReached = ({ sendNotification, clock }: TellDeps): EventReactor => ({
  name: NAME,
  handles: [LeaseThresholdReached],
  react: async (event) => {
    const told = asEvent(LeaseThresholdReached, event);
    const recipient = told && addressOf(told.data.owner);
    if (told === undefined || recipient === undefined) return;
    const { budgetKind, percent, spentUsd, budgetUsd, budgetResetAt } = told.data;
    await sendNotification(
      {
        eventId: event.id,
        occurredAt: event.occurredAt,
        kind: 'budget-threshold',
        recipient,
        values: {
          ...keyNewsOf(told.data),
          percent: String(percent),
          budgetName: budgetKind === 'soft' ? 'soft budget' : 'budget',
          spent: dollars(spentUsd),
          budget: dollars(budgetUsd),
          budgetResetAt,
        },
      },
      noticeContextOf(event, NAME, clock),
    );
  },
});
