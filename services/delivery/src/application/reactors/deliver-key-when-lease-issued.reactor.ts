import { LeaseIssued } from '@keyledger/contracts-vault';
import { asEvent, type EventReactor } from '@keyledger/messaging';
import { deliverKey, type DeliverKeyDeps } from '../deliver-key.ts';

const NAME = 'deliver-key-when-lease-issued';

export const deliverKeyWhenLeaseIssued = (deps: DeliverKeyDeps): EventReactor => {
  const deliver = deliverKey(deps, NAME);
  return {
    name: NAME,
    handles: [LeaseIssued],
    react: async (event) => {
      const issued = asEvent(LeaseIssued, event);
      if (issued !== undefined) await deliver(event, issued.data);
    },
  };
};
