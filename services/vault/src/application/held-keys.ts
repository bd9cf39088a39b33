import { type Clock, commandHandler, deriveId, type EventStore } from '@keyledger/event-sourcing';
import { heldKey } from '../domain/held-key/held-key.decider.ts';
import type { Holder } from '../domain/held-key/held-key.messages.ts';
import { ownContext } from './own-context.ts';

export interface HeldKeysDeps {
  readonly eventStore: EventStore;
  readonly clock: Clock;
}

/**
 * Whether the value with this fingerprint is, from now on, the value of this key of a lease; no, when it was ever that of
 * another one. Repeating is safe. The stream is named by what is derived from the fingerprint, which itself is an HMAC under
 * a key of the key ring: neither names of streams nor errors about them lead back to a value.
 */
export const holdKey =
  ({ eventStore, clock }: HeldKeysDeps) =>
  async (fingerprint: string, holder: Holder): Promise<boolean> => {
    const command = { type: 'HoldKey', data: { ...holder, now: clock().toISOString() } } as const;
    const handle = commandHandler(eventStore, heldKey);
    const handled = await handle(deriveId('held-key', fingerprint), command, ownContext(clock(), holder.leaseId));
    return handled.outcome !== 'refused';
  };
