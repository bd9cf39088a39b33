import { KeyRequestResumed } from '@keyledger/contracts-approval';
import { streamName } from '@keyledger/event-sourcing';
import { type Announcer, asEvent, type EventReactor } from '@keyledger/messaging';
import { lease as leases } from '../../domain/lease/lease.decider.ts';
import { leaseIdOf } from '../lease-of-request.ts';

/** What delivery and approval act upon. */
const TOLD_AGAIN = ['LeaseIssued', 'LeaseIssueFailed'];

/** The lease is what it was: nothing is issued here. */
export const announceAgainWhenKeyRequestResumed = (deps: { readonly announcer: Announcer }): EventReactor => ({
  name: 'announce-again-when-key-request-resumed',
  handles: [KeyRequestResumed],
  react: async (event) => {
    const resumed = asEvent(KeyRequestResumed, event);
    if (resumed === undefined) return;
    const stream = streamName(leases.category, leaseIdOf(resumed.data.requestId));
    await deps.announcer.announceAgain(stream, TOLD_AGAIN, event.id);
  },
});
