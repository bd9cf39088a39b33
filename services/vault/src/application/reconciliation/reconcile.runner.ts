import { type EventStore, type LoadedStream, loadStream, newId } from '@keyledger/event-sourcing';
import { reconciliation } from '../../domain/reconciliation/reconciliation.decider.ts';
import type { KnownDifference, Reconciliation } from '../../domain/reconciliation/reconciliation.state.ts';
import { ownContext } from '../own-context.ts';
import type { Issuer } from '../ports/issuer.port.ts';
import { type IssuerRounds, issuerRounds, type IssuerRoundsDeps } from '../processes/issuer-rounds.ts';
import { hasInventory } from './compare-issuer.ts';
import type { ReconcileIssuerOnce } from './reconcile-issuer.ts';
import type { RepairDifferenceOnce } from './repair-difference.ts';

export interface ReconcileRunnerDeps extends IssuerRoundsDeps {
  readonly eventStore: EventStore;
  readonly reconcile: ReconcileIssuerOnce;
  readonly repair: RepairDifferenceOnce;
}

const repairsIn = ({ known }: Reconciliation): readonly KnownDifference[] =>
  [...known.values()].filter(({ repair }) => repair !== undefined);

/** Goes on with repairs that were begun, and compares each issuer when it is time or when somebody has asked for it. */
export const reconcileRunner = (deps: ReconcileRunnerDeps): IssuerRounds => {
  const { clock } = deps;

  const seen = new Map<string, LoadedStream<Reconciliation>>();

  /** Looked at every few seconds for as long as the vault runs: only what was added since is read. */
  const load = async ({ name }: Issuer): Promise<Reconciliation> => {
    const loaded = await loadStream(deps.eventStore, reconciliation, name, seen.get(name));
    seen.set(name, loaded);
    return loaded.state;
  };

  return issuerRounds(deps, {
    name: 'reconcile',
    concerns: hasInventory,
    isWanted: async (issuer) => {
      const state = await load(issuer);
      return state.requested !== undefined || repairsIn(state).length > 0;
    },
    perform: async (issuer, isDue) => {
      const state = await load(issuer);
      for (const known of repairsIn(state))
        await deps.repair(issuer, known, ownContext(clock(), known.repair?.repairId));
      if (!hasInventory(issuer) || !(isDue || state.requested !== undefined)) return;
      const runId = state.requested?.runId ?? newId();
      await deps.reconcile(issuer, runId, (now) => ownContext(now, runId));
    },
  });
};
