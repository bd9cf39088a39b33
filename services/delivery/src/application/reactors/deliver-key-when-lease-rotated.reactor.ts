import { LeaseRotated } from '@keyledger/contracts-vault';
import { asEvent, type EventReactor, type IntegrationEvent, reactionContextOf } from '@keyledger/messaging';
import type { z } from 'zod';
import { deliveryIdOf } from '../../domain/delivery/delivery.process.ts';
import { deliverKey, type DeliverKeyDeps } from '../deliver-key.ts';

const NAME = 'deliver-key-when-lease-rotated';

export const deliverKeyWhenLeaseRotated = (deps: DeliverKeyDeps): EventReactor => {
  const { handle, clock } = deps;
  const deliver = deliverKey(deps, NAME);

  /** A key may have been rotated because its mail went astray: its link is worth nothing from now on. */
  const supersede = async (event: IntegrationEvent, { leaseId, retiring }: z.infer<typeof LeaseRotated.schema>) => {
    const command = { type: 'SupersedeDelivery', data: { now: clock().toISOString() } } as const;
    const context = reactionContextOf(event, 'delivery', NAME, clock(), 'supersede');
    await handle(deliveryIdOf(leaseId, retiring.generation), command, context);
  };

  return {
    name: NAME,
    handles: [LeaseRotated],
    react: async (event) => {
      const rotated = asEvent(LeaseRotated, event);
      if (rotated === undefined) return;
      await supersede(event, rotated.data);
      await deliver(event, rotated.data);
    },
  };
};
