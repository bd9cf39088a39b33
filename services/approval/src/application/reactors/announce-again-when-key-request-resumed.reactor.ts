import { KeyRequestResumed } from '@keyledger/contracts-approval';
import { streamName } from '@keyledger/event-sourcing';
import { type Announcer, asEvent, type EventReactor } from '@keyledger/messaging';
import { keyRequests } from '../approval-streams.ts';

/** What vault and delivery act upon. Never what this reacts to. */
const TOLD_AGAIN = ['KeyRequestApproved', 'KeyRequestRetried'];

export const announceAgainWhenKeyRequestResumed = (deps: { readonly announcer: Announcer }): EventReactor => ({
  name: 'announce-again-when-key-request-resumed',
  handles: [KeyRequestResumed],
  react: async (event) => {
    const resumed = asEvent(KeyRequestResumed, event);
    if (resumed === undefined) return;
    await deps.announcer.announceAgain(streamName(keyRequests.category, resumed.data.requestId), TOLD_AGAIN, event.id);
  },
});
