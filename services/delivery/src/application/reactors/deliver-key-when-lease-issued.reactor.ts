import { LeaseIssued } from '@keyledger/contracts-vault';
import type { Clock } from '@keyledger/event-sourcing';
import { asEvent, type EventReactor, reactionContextOf } from '@keyledger/messaging';
import { deliveryIdOf } from '../../domain/delivery/delivery.process.ts';
import { type LinkPolicy, linkTerms } from '../link-terms.ts';
import type { DeliveryHandler, SendLinkRunner } from '../processes/send-link.runner.ts';

const NAME = 'deliver-key-when-lease-issued';

export interface DeliverKeyDeps {
  readonly handle: DeliveryHandler;
  readonly sendLink: SendLinkRunner;
  readonly clock: Clock;
  readonly links: LinkPolicy;
}

/** The key of a lease without a request is fetched by its owner. */
export const deliverKeyWhenLeaseIssued = ({ handle, sendLink, clock, links }: DeliverKeyDeps): EventReactor => ({
  name: NAME,
  handles: [LeaseIssued],
  react: async (event) => {
    const issued = asEvent(LeaseIssued, event);
    if (issued?.data.requestId === undefined) return;
    const { leaseId, requestId, generation, owner, modelIds, mask, gatewayUrl, expiresAt, delivery } = issued.data;
    const deliveryId = deliveryIdOf(leaseId, generation);
    const now = clock();
    const contextOf = (step: string) => reactionContextOf(event, 'delivery', NAME, clock(), step);
    await handle(
      deliveryId,
      {
        type: 'StartDelivery',
        data: {
          deliveryId,
          requestId,
          leaseId,
          generation,
          channel: delivery.channel,
          recipient: owner,
          modelIds,
          mask,
          gatewayUrl,
          ...(expiresAt === undefined ? {} : { keyExpiresAt: expiresAt }),
          ...linkTerms(links, now),
          now: now.toISOString(),
        },
      },
      contextOf('start'),
    );
    await sendLink(deliveryId, contextOf);
  },
});
