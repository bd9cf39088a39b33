import type { Difference } from './difference.ts';
import type { ReconciliationEvent } from './reconciliation.messages.ts';

export interface Repair {
  readonly repairId: string;
  readonly by: string;
  readonly startedAt: string;
}

/** A difference that is not over. One that was acknowledged stays known, so that it is not reported again. */
export interface KnownDifference {
  readonly difference: Difference;
  readonly foundAt: string;
  readonly isAcknowledged: boolean;
  readonly repair: Repair | undefined;
}

export interface Completion {
  readonly runId: string;
  readonly compared: number;
  readonly differences: number;
  readonly completedAt: string;
}

/** What is known of one issuer. */
export interface Reconciliation {
  readonly known: ReadonlyMap<string, KnownDifference>;
  /** When differences were repaired, since the last completion: what a run saw before that is out of date. */
  readonly repairedAt: ReadonlyMap<string, string>;
  readonly requested: Readonly<{ runId: string; requestedAt: string }> | undefined;
  readonly completed: Completion | undefined;
}

export const initialState: Reconciliation = {
  known: new Map(),
  repairedAt: new Map(),
  requested: undefined,
  completed: undefined,
};

type DataOf<Type extends ReconciliationEvent['type']> = Extract<ReconciliationEvent, { type: Type }>['data'];

const found = (
  state: Reconciliation,
  { issuer: _issuer, runId: _runId, foundAt, ...difference }: DataOf<'DifferenceFound'>,
): Reconciliation => ({
  ...state,
  known: new Map(state.known).set(difference.differenceId, {
    difference,
    foundAt,
    isAcknowledged: false,
    repair: undefined,
  }),
});

const changed = (state: Reconciliation, differenceId: string, change: Partial<KnownDifference>): Reconciliation => {
  const known = state.known.get(differenceId);
  return known === undefined
    ? state
    : { ...state, known: new Map(state.known).set(differenceId, { ...known, ...change }) };
};

const resolved = (
  state: Reconciliation,
  { differenceId, how, resolvedAt }: DataOf<'DifferenceResolved'>,
): Reconciliation => {
  if (how === 'acknowledged') return changed(state, differenceId, { isAcknowledged: true, repair: undefined });
  const known = new Map(state.known);
  known.delete(differenceId);
  const repairedAt = how === 'repaired' ? new Map(state.repairedAt).set(differenceId, resolvedAt) : state.repairedAt;
  return { ...state, known, repairedAt };
};

export const evolve = (state: Reconciliation, event: ReconciliationEvent): Reconciliation => {
  switch (event.type) {
    case 'ReconciliationRequested': {
      const { runId, requestedAt } = event.data;
      return { ...state, requested: { runId, requestedAt } };
    }
    case 'DifferenceFound':
      return found(state, event.data);
    case 'DifferenceRepairStarted': {
      const { differenceId, repairId, by, startedAt } = event.data;
      return changed(state, differenceId, { repair: { repairId, by, startedAt } });
    }
    case 'DifferenceRepairFailed':
      return changed(state, event.data.differenceId, { repair: undefined });
    case 'DifferenceResolved':
      return resolved(state, event.data);
    case 'ReconciliationCompleted': {
      const { runId, compared, differences, completedAt } = event.data;
      const requested = state.requested?.runId === runId ? undefined : state.requested;
      return { ...state, repairedAt: new Map(), requested, completed: { runId, compared, differences, completedAt } };
    }
  }
};
