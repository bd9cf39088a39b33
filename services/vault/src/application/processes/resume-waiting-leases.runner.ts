import { isTransient } from '@keyledger/errors';
import type { Clock } from '@keyledger/event-sourcing';
import { inRounds } from '../in-rounds.ts';
import { ownContext } from '../own-context.ts';
import type { LeaseReader } from '../ports/lease-table.port.ts';
import type { SealStatus } from './unsealing.ts';
import type { AdvanceLease } from './lease.runner.ts';

/** Leases looked at in one round. */
const ROUND = 1_000;

export interface ResumeDeps {
  readonly leases: LeaseReader;
  readonly advanceLease: AdvanceLease;
  readonly sealStatus: () => SealStatus;
  readonly clock: Clock;
  readonly intervalMs: number;
  readonly report: (leaseId: string, error: unknown) => void;
}

/**
 * Continues leases that are due: whose time is over, or that were left behind by a message that was lost or given up, or by
 * an issuer that does not answer. The same work as in the reactor, so it does no harm when both happen. An issuer that does
 * not answer for one lease is not asked for others in this round.
 */
export const resumeWaitingLeases = (deps: ResumeDeps) => {
  const round = async (): Promise<void> => {
    if (deps.sealStatus().isSealed) return;
    const away = new Set<string>();
    for (const { lease } of await deps.leases.findDue(deps.clock(), ROUND)) {
      const { leaseId, terms } = lease;
      if (away.has(terms.issuer)) continue;
      try {
        await deps.advanceLease(leaseId, ownContext(deps.clock(), terms.requestId));
      } catch (error) {
        deps.report(leaseId, error);
        if (isTransient(error)) away.add(terms.issuer);
      }
    }
  };
  return {
    round,
    run: (signal: AbortSignal): Promise<void> => inRounds(round, deps.intervalMs, signal),
  };
};
