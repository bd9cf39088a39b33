import { LinkIssued } from '@keyledger/contracts-delivery';
import type { Clock } from '@keyledger/event-sourcing';
import { asEvent, type EventReactor, reactionContextOf } from '@keyledger/messaging';
import type { SendLinkRunner } from '../processes/send-link.runner.ts';

const NAME = 'send-link-when-link-issued';

export interface SendLinkWhenIssuedDeps {
  readonly sendLink: SendLinkRunner;
  readonly clock: Clock;
}

/** Our own event: a retried or repeated delivery is sent in the background, not while somebody waits for a reply. */
export const sendLinkWhenLinkIssued = ({ sendLink, clock }: SendLinkWhenIssuedDeps): EventReactor => ({
  name: NAME,
  handles: [LinkIssued],
  react: async (event) => {
    const issued = asEvent(LinkIssued, event);
    if (issued === undefined) return;
    await sendLink(issued.data.deliveryId, (step) => reactionContextOf(event, 'delivery', NAME, clock(), step));
  },
});
