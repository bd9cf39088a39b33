import { LeaseRotated } from '@keyledger/contracts-vault';
import { asEvent, type EventReactor } from '@keyledger/messaging';
import { deliverKey, type DeliverKeyDeps } from '../deliver-key.ts';

const NAME = 'deliver-key-when-lease-rotated';

export const deliverKeyWhenLeaseRotated = (deps: DeliverKeyDeps): EventReactor => {
  const deliver = deliverKey(deps, NAME);
  return {
    name: NAME,
    handles: [LeaseRotated],
    react: async (event) => {
      const rotated = asEvent(LeaseRotated, event);
      if (rotated !== undefined) await deliver(event, rotated.data);
    },
  };
};
