import type { LeaseIssued } from '@keyledger/contracts-vault';
import type { Clock } from '@keyledger/event-sourcing';
import { type IntegrationEvent, reactionContextOf } from '@keyledger/messaging';
import type { z } from 'zod';
import { deliveryIdOf } from '../domain/delivery/delivery.process.ts';
import { type LinkPolicy, linkTerms } from './link-terms.ts';
import type { DeliveryHandler, SendLinkRunner } from './processes/send-link.runner.ts';

export interface DeliverKeyDeps {
  readonly handle: DeliveryHandler;
  readonly sendLink: SendLinkRunner;
  readonly clock: Clock;
  readonly links: LinkPolicy;
}

/** A key that lies in the vault for somebody: the first of its lease or a successor. */
export type KeyToDeliver = Omit<z.infer<typeof LeaseIssued.schema>, 'issuer'> & {
  /** The key before it. */
  readonly retiring?: Readonly<{ endsAt: string }>;
};

/**
 * Starts the delivery of one key and sends its link: one delivery per lease and generation, so that a successor gets a
 * link of its own, opened with the claim code of the same request. A key without a request is fetched by its owner.
 */
export const deliverKey =
  ({ handle, sendLink, clock, links }: DeliverKeyDeps, name: string) =>
  async (event: IntegrationEvent, key: KeyToDeliver): Promise<void> => {
    const { leaseId, requestId, generation, owner, modelIds, mask, gatewayUrl, expiresAt, delivery, retiring } = key;
    if (requestId === undefined) return;
    const deliveryId = deliveryIdOf(leaseId, generation);
    const now = clock();
    const contextOf = (step: string) => reactionContextOf(event, 'delivery', name, clock(), step);
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
          ...(retiring === undefined ? {} : { formerKeyEndsAt: retiring.endsAt }),
          ...linkTerms(links, now),
          now: now.toISOString(),
        },
      },
      contextOf('start'),
    );
    await sendLink(deliveryId, contextOf);
  };
