import {
  type CommandContext,
  type EventStore,
  type LoadedStream,
  loadStream,
  runProcess,
} from '@keyledger/event-sourcing';
import { lease as leases } from '../../domain/lease/lease.decider.ts';
import { issueLease } from '../../domain/lease/lease.process.ts';
import type { Lease } from '../../domain/lease/lease.state.ts';
import type { LeaseLock } from '../ports/lease-lock.port.ts';
import { type IssueStepDeps, issueSteps } from './issue-lease.steps.ts';

/**
 * Takes a lease as far as it can be taken: to an issued key, or to a failure with its cause. Throws a transient fault when
 * the issuer does not answer and it is too early to give up; calling again continues. `undefined` when another replica
 * is at work on the lease.
 */
export type IssueLease = (leaseId: string, context: CommandContext) => Promise<Lease | undefined>;

export interface IssueLeaseDeps extends IssueStepDeps {
  readonly eventStore: EventStore;
  readonly lock: LeaseLock;
}

export const issueLeaseRunner = (deps: IssueLeaseDeps): IssueLease => {
  const perform = issueSteps(deps);
  return async (leaseId, context) => {
    let known: LoadedStream<Lease> | undefined;
    const load = async () => (known ??= await loadStream(deps.eventStore, leases, leaseId));
    const held = await deps.lock.tryHold(leaseId, () =>
      runProcess(issueLease, {
        load: async () => (await load()).state,
        perform: async (step) => {
          const seen = await load();
          known = undefined;
          known = await perform(step, context, seen);
        },
      }),
    );
    return held?.result;
  };
};
