import { KeyRequestRetried } from '@keyledger/contracts-approval';
import { type Clock, commandHandler, type EventStore } from '@keyledger/event-sourcing';
import { asEvent, type EventReactor, reactionContextOf } from '@keyledger/messaging';
import { lease as leases } from '../../domain/lease/lease.decider.ts';
import { leaseIdOf } from '../lease-of-request.ts';
import type { SecretSealer } from '../ports/secret-sealer.port.ts';
import type { AdvanceLease } from '../processes/lease.runner.ts';
import { issuedElsewhere } from './issue-lease-when-key-request-approved.reactor.ts';

const NAME = 'retry-lease-when-key-request-retried';

export interface RetryLeaseReactorDeps {
  readonly eventStore: EventStore;
  readonly sealer: SecretSealer;
  readonly advanceLease: AdvanceLease;
  readonly clock: Clock;
}

/** A retry of the step `delivery` is delivery's business. */
export const retryLeaseWhenKeyRequestRetried = (deps: RetryLeaseReactorDeps): EventReactor => ({
  name: NAME,
  handles: [KeyRequestRetried],
  react: async (event) => {
    const retried = asEvent(KeyRequestRetried, event);
    if (retried?.data.step !== 'issuing') return;
    deps.sealer.assertUnsealed();
    const leaseId = leaseIdOf(retried.data.requestId);
    const context = reactionContextOf(event, 'vault', NAME, deps.clock());
    const now = deps.clock().toISOString();
    const command = { type: 'RetryLease', data: { leaseId, retryId: event.id, now } } as const;
    const handled = await commandHandler(deps.eventStore, leases)(leaseId, command, context);
    if (handled.outcome === 'refused') throw new Error(`Request ${retried.data.requestId} has no lease to retry`);
    if ((await deps.advanceLease(leaseId, context)) === undefined) throw issuedElsewhere();
  },
});
