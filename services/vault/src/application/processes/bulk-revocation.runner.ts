import { type Clock, commandHandler, type EventStore, loadStream, streamIdOf } from '@keyledger/event-sourcing';
import { bulkRevocation } from '../../domain/bulk-revocation/bulk-revocation.decider.ts';
import { bulkRevocationCodec } from '../../domain/bulk-revocation/bulk-revocation.messages.ts';
import { remaining, type StartedBulkRevocation } from '../../domain/bulk-revocation/bulk-revocation.state.ts';
import { lease as leases } from '../../domain/lease/lease.decider.ts';
import { eachOf } from '../each-of.ts';
import { inRounds } from '../in-rounds.ts';
import { ownContext } from '../own-context.ts';
import type { LeaseLock } from '../ports/lease-lock.port.ts';
import type { AdvanceLease } from './lease.runner.ts';

/** Leases whose revocation is recorded before progress is told. */
const STEP = 50;
/** Leases whose keys are ended at the same time. */
const AT_ONCE = 8;

export interface BulkRevocationDeps {
  readonly eventStore: EventStore;
  readonly lock: LeaseLock;
  readonly advanceLease: AdvanceLease;
  readonly clock: Clock;
  readonly intervalMs: number;
  readonly report: (leaseId: string, error: unknown) => void;
}

/**
 * Revokes what was to be revoked together, in one replica at a time, from where another one ended. First the revocation of
 * every lease is recorded, which is quick and stops its keys from being given out; then the keys are ended at their
 * issuers, several at once. Keys whose end the process does not live to see are ended as those of any lease that is due.
 */
export const bulkRevocations = (deps: BulkRevocationDeps) => {
  const { eventStore, lock, clock, advanceLease, report } = deps;
  const handleBulk = commandHandler(eventStore, bulkRevocation);
  const handleLease = commandHandler(eventStore, leases);
  const open = new Set<string>();
  let position: Parameters<EventStore['readAll']>[0] = {};

  /** Each replica follows the few streams by itself; which of them are open is no secret worth a table. */
  const catchUp = async (): Promise<void> => {
    const filter = { categories: [bulkRevocation.category] };
    for await (const recorded of eventStore.readAll({ ...position, filter })) {
      const bulkId = streamIdOf(recorded.stream);
      if (bulkRevocationCodec.decode(recorded).type === 'BulkRevocationCompleted') open.delete(bulkId);
      else open.add(bulkId);
      position = { after: recorded.position };
    }
  };

  const recordAll = async ({ bulkId, reason, leaseIds, revoked }: StartedBulkRevocation): Promise<void> => {
    for (let from = revoked; from < leaseIds.length; from += STEP) {
      const step = leaseIds.slice(from, from + STEP);
      for (const leaseId of step) {
        const command = { type: 'RevokeLease', data: { leaseId, reason, bulkId, now: clock().toISOString() } } as const;
        await handleLease(leaseId, command, ownContext(clock(), bulkId));
      }
      const data = { bulkId, revoked: from + step.length, now: clock().toISOString() };
      await handleBulk(bulkId, { type: 'RecordRevoked', data }, ownContext(clock(), bulkId));
    }
  };

  const endAll = async ({ bulkId }: StartedBulkRevocation, leaseIds: readonly string[]): Promise<void> => {
    await eachOf(leaseIds, AT_ONCE, async (leaseId) => {
      await advanceLease(leaseId, ownContext(clock(), bulkId)).catch((error: unknown) => report(leaseId, error));
    });
  };

  const round = async (): Promise<void> => {
    await catchUp();
    for (const bulkId of open)
      await lock.tryHold(bulkId, async () => {
        const { state } = await loadStream(eventStore, bulkRevocation, bulkId);
        const left = remaining(state);
        if (state.status === 'absent' || left.length === 0) return;
        await recordAll(state);
        await endAll(state, left);
      });
  };

  return {
    round,
    run: (signal: AbortSignal): Promise<void> => inRounds(round, deps.intervalMs, signal),
  };
};

export type BulkRevocations = ReturnType<typeof bulkRevocations>;
