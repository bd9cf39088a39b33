import { DeliverySucceeded } from '@keyledger/contracts-delivery';
import { type Clock, commandHandler, type EventStore } from '@keyledger/event-sourcing';
import { asEvent, type EventReactor, reactionContextOf } from '@keyledger/messaging';
import { lease as leases } from '../../domain/lease/lease.decider.ts';
import type { SecretSealer } from '../ports/secret-sealer.port.ts';
import type { AdvanceLease } from '../processes/lease.runner.ts';
import { issuedElsewhere } from './issue-lease-when-key-request-approved.reactor.ts';

const NAME = 'record-rotation-when-delivery-succeeded';

export interface RecordRotationDeps {
  readonly eventStore: EventStore;
  readonly sealer: SecretSealer;
  readonly advanceLease: AdvanceLease;
  readonly clock: Clock;
}

/** The key before a delivered successor may end; at once, when its grace period is over. */
export const recordRotationWhenDeliverySucceeded = (deps: RecordRotationDeps): EventReactor => ({
  name: NAME,
  handles: [DeliverySucceeded],
  react: async (event) => {
    const succeeded = asEvent(DeliverySucceeded, event);
    const { leaseId, generation = 1 } = succeeded?.data ?? {};
    if (leaseId === undefined || generation === 1) return;
    deps.sealer.assertUnsealed();
    const context = reactionContextOf(event, 'vault', NAME, deps.clock());
    const now = deps.clock().toISOString();
    const command = { type: 'RecordRotationDelivered', data: { leaseId, generation, now } } as const;
    const handled = await commandHandler(deps.eventStore, leases)(leaseId, command, context);
    if (handled.outcome === 'refused') throw new Error(`A key of lease ${leaseId} was delivered that nobody issued`);
    if ((await deps.advanceLease(leaseId, context)) === undefined) throw issuedElsewhere();
  },
});
