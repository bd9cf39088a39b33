import { type Clock, commandHandler, type EventStore, loadStream } from '@keyledger/event-sourcing';
import type { KnownLease } from '../domain/lease/lease.state.ts';
import { secret as secrets } from '../domain/secret/secret.decider.ts';
import { ownContext } from './own-context.ts';

export interface UnusedCopiesDeps {
  readonly eventStore: EventStore;
  readonly clock: Clock;
}

/**
 * Shreds copies of keys that were sealed for a lease and never became one of its keys, since it ended meanwhile, another key
 * was first, or the process died. Their data keys are deleted by the projection `shredding`. Repeating is safe.
 */
export const unusedCopies = ({ eventStore, clock }: UnusedCopiesDeps) => {
  const handle = commandHandler(eventStore, secrets);

  const discard = async ({ leaseId, terms }: KnownLease, versions: readonly number[]): Promise<void> => {
    const command = {
      type: 'DiscardCopies',
      data: { secretId: leaseId, versions, now: clock().toISOString() },
    } as const;
    await handle(leaseId, command, ownContext(clock(), terms.requestId ?? leaseId));
  };

  /** Only for a lease that ends: before, whoever seals a copy is about to record it. */
  const discardAll = async (lease: KnownLease): Promise<void> => {
    const { state } = await loadStream(eventStore, secrets, lease.leaseId);
    if (state.status === 'absent') return;
    const { nextVersion } = lease;
    const unused = state.versions.flatMap(({ isShredded }, index) =>
      index + 1 >= nextVersion && !isShredded ? [index + 1] : [],
    );
    if (unused.length > 0) await discard(lease, unused);
  };

  return { discard, discardAll };
};
