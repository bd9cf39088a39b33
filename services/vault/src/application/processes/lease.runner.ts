import {
  type CommandContext,
  type EventStore,
  type LoadedStream,
  loadStream,
  runProcess,
} from '@keyledger/event-sourcing';
import { lease as leases } from '../../domain/lease/lease.decider.ts';
import { nextStep } from '../../domain/lease/lease.process.ts';
import type { Lease } from '../../domain/lease/lease.state.ts';
import type { LeaseLock } from '../ports/lease-lock.port.ts';
import { leaseSteps } from './lease.steps.ts';
import type { LeaseStepDeps } from './lease-records.ts';

/**
 * Takes a lease as far as it can be taken now: to an issued key, a change made, a key ended, or a failure with its cause.
 * Throws a transient fault when the issuer does not answer and it is too early to give up; calling again continues.
 * `undefined` when another replica is at work on the lease.
 */
export type AdvanceLease = (leaseId: string, context: CommandContext) => Promise<Lease | undefined>;

export interface AdvanceLeaseDeps extends LeaseStepDeps {
  readonly eventStore: EventStore;
  readonly lock: LeaseLock;
}

export const leaseRunner = (deps: AdvanceLeaseDeps): AdvanceLease => {
  const perform = leaseSteps(deps);
  const process = {
    name: 'lease',
    nextStep: (lease: Lease) => nextStep(lease, deps.clock().toISOString()),
  };
  return async (leaseId, context) => {
    let known: LoadedStream<Lease> | undefined;
    const load = async () => (known ??= await loadStream(deps.eventStore, leases, leaseId));
    const held = await deps.lock.tryHold(leaseId, () =>
      runProcess(process, {
        load: async () => (await load()).state,
        perform: async (step) => {
          const seen = await load();
          known = undefined;
          known = await perform(step, { context, seen });
        },
      }),
    );
    return held?.result;
  };
};
