import { type Clock, type CommandContext, commandHandler, type EventStore } from '@keyledger/event-sourcing';
import { reconciliation } from '../../domain/reconciliation/reconciliation.decider.ts';
import { compareIssuer, type Comparison, type ListingIssuer } from './compare-issuer.ts';
import type { Ledger } from './ledger.ts';

/** Differences recorded at once. */
const AT_ONCE = 100;

export interface ReconcileDeps {
  readonly eventStore: EventStore;
  readonly ledger: Ledger;
  readonly clock: Clock;
}

export type ReconcileIssuerOnce = (
  issuer: ListingIssuer,
  runId: string,
  contextOf: (now: Date) => CommandContext,
) => Promise<Comparison>;

/** One comparison from end to end. Cut off anywhere, it is made again from the beginning: what is known is not told twice. */
export const reconcileIssuerOnce = ({ eventStore, ledger, clock }: ReconcileDeps): ReconcileIssuerOnce => {
  const handle = commandHandler(eventStore, reconciliation);
  return async (issuer, runId, contextOf) => {
    const subject = { issuer: issuer.name, runId };
    const startedAt = clock().toISOString();
    const comparison = await compareIssuer(issuer, ledger);
    const now = clock();
    for (let from = 0; from < comparison.differences.length; from += AT_ONCE) {
      const differences = comparison.differences.slice(from, from + AT_ONCE);
      const data = { ...subject, startedAt, differences, now: now.toISOString() };
      await handle(issuer.name, { type: 'ReportDifferences', data }, contextOf(now));
    }
    const context = contextOf(now);
    const met = new Set(comparison.differences.map(({ differenceId }) => differenceId));
    const data = { ...subject, compared: comparison.compared, met, by: context.actor.id, now: now.toISOString() };
    await handle(issuer.name, { type: 'CompleteReconciliation', data }, context);
    return comparison;
  };
};
