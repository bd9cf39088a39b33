import { AppError } from '@keyledger/errors';
import {
  type Clock,
  type CommandContext,
  commandHandler,
  type EventStore,
  loadStream,
  newId,
} from '@keyledger/event-sourcing';
import { lease as leases } from '../../domain/lease/lease.decider.ts';
import { isLive } from '../../domain/lease/lease.state.ts';
import { repairOf } from '../../domain/policies/repair.policy.ts';
import { reconciliation } from '../../domain/reconciliation/reconciliation.decider.ts';
import type { KnownDifference, Repair } from '../../domain/reconciliation/reconciliation.state.ts';
import { type Issuer, IssuerRefused } from '../ports/issuer.port.ts';
import type { LeaseLock } from '../ports/lease-lock.port.ts';
import type { SecretSealer } from '../ports/secret-sealer.port.ts';
import type { AdvanceLease } from '../processes/lease.runner.ts';
import { differenceNow } from './compare-issuer.ts';
import type { Ledger } from './ledger.ts';
import { performRepair, type RepairFailure } from './repair-steps.ts';

export interface RepairDeps {
  readonly eventStore: EventStore;
  readonly ledger: Ledger;
  readonly lock: LeaseLock;
  readonly sealer: Pick<SecretSealer, 'assertUnsealed'>;
  readonly advanceLease: AdvanceLease;
  readonly clock: Clock;
}

/**
 * Takes a repair that was begun as far as it can be taken now. Throws a transient fault when the issuer does not answer
 * or the lease is being changed; calling again continues, in any replica: whatever was done is found done.
 */
export type RepairDifferenceOnce = (issuer: Issuer, known: KnownDifference, context: CommandContext) => Promise<void>;

type UnderRepair = KnownDifference & { readonly repair: Repair };

export const repairDifference = (deps: RepairDeps): RepairDifferenceOnce => {
  const { eventStore, ledger, lock, clock } = deps;
  const handle = commandHandler(eventStore, reconciliation);
  const handleLease = commandHandler(eventStore, leases);
  const now = (): string => clock().toISOString();
  const next = (context: CommandContext): CommandContext => ({ ...context, commandId: newId(), occurredAt: now() });

  const hasAskedForKey = async (leaseId: string | undefined, rotationId: string): Promise<boolean> => {
    if (leaseId === undefined) return false;
    const { state } = await loadStream(eventStore, leases, leaseId);
    return isLive(state) && state.handledIds.includes(rotationId);
  };

  /** The successor has the limits of the ledger; what is left of the key before ends when it is delivered. */
  const rotateAs = (rotationId: string, context: CommandContext) => async (leaseId: string, reason: string) => {
    deps.sealer.assertUnsealed();
    const data = { leaseId, rotationId, graceMs: 0, reason, now: now() };
    const handled = await handleLease(leaseId, { type: 'RotateLease', data }, next(context));
    return handled.outcome === 'refused' ? handled.code : undefined;
  };

  /** A difference that is gone needs nothing, and neither does one for which the new key has been asked for. */
  const putRight = async (
    issuer: Issuer,
    { difference, repair: { repairId } }: UnderRepair,
    context: CommandContext,
  ): Promise<RepairFailure | undefined> => {
    const verdict = await differenceNow(issuer, ledger, difference);
    if (verdict === 'none' || (await hasAskedForKey(difference.leaseId, repairId))) return undefined;
    if (verdict === 'unsettled') throw new AppError('unavailable', 'The lease is being changed');
    if (verdict.kind !== difference.kind) return undefined;
    const abilities = { changeable: issuer.changes?.can ?? [], suspends: issuer.suspension !== undefined };
    return performRepair(issuer, verdict, repairOf(verdict, abilities), rotateAs(repairId, context));
  };

  const settle = async (issuer: Issuer, known: UnderRepair, context: CommandContext): Promise<void> => {
    const { differenceId } = known.difference;
    const failure = await putRight(issuer, known, context).catch((error: unknown): RepairFailure => {
      if (!(error instanceof IssuerRefused)) throw error;
      return { cause: error.reason, message: error.message };
    });
    const subject = { issuer: issuer.name, differenceId, repairId: known.repair.repairId, now: now() };
    if (failure === undefined) await handle(issuer.name, { type: 'RecordRepaired', data: subject }, next(context));
    else await handle(issuer.name, { type: 'RecordRepairFailed', data: { ...subject, ...failure } }, next(context));
  };

  return async (issuer, known, context) => {
    const { difference, repair } = known;
    const { leaseId, differenceId } = difference;
    if (repair === undefined) return;
    // With the lease held, so that nobody works on its keys meanwhile.
    await lock.tryHold(leaseId ?? differenceId, () => settle(issuer, { ...known, repair }, context));
    if (await hasAskedForKey(leaseId, repair.repairId)) await deps.advanceLease(leaseId as string, context);
  };
};
