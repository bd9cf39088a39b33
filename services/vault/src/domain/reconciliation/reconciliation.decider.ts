import { accept, type Decision, ignore, refuse, type StreamCategory } from '@keyledger/event-sourcing';
import { hasProven } from '../policies/custody.policy.ts';
import { type Difference, differenceSchema } from './difference.ts';
import {
  type AcknowledgeDifference,
  type CompleteReconciliation,
  reconciliationCodec,
  type ReconciliationCommand,
  type ReconciliationEvent,
  type ReconciliationRefusal,
  type RecordRepaired,
  type RecordRepairFailed,
  type ReportDifferences,
  type RequestReconciliation,
  type StartRepair,
} from './reconciliation.messages.ts';
import { evolve, initialState, type KnownDifference, type Reconciliation } from './reconciliation.state.ts';

type ReconciliationDecision = Decision<ReconciliationEvent, ReconciliationRefusal>;

/** However little changes, it is told once a day that somebody looked. */
const TOLD_EVERY_MS = 24 * 60 * 60_000;

const request = (
  { data: { issuer, runId, caller, now } }: RequestReconciliation,
  state: Reconciliation,
): ReconciliationDecision => {
  if (!hasProven(caller, 'admin')) return refuse('not-permitted');
  if (state.requested !== undefined) return ignore('a comparison has been asked for');
  if (state.completed?.runId === runId) return ignore('this comparison has been made');
  return accept({ type: 'ReconciliationRequested', data: { issuer, runId, requestedAt: now } });
};

/** The schema puts fields in order. */
const textOf = (difference: Difference): string => JSON.stringify(differenceSchema.parse(difference));

const isNews = (difference: Difference, known: KnownDifference | undefined): boolean =>
  known === undefined || (known.repair === undefined && textOf(known.difference) !== textOf(difference));

/** So many wait for somebody at a time: who has lost a whole issuer reads no list of a hundred thousand. */
export const MOST_OPEN = 1_000;

/** What is known already, and as many others as there is room for; the rest is met again by a later run. */
const fitting = (candidates: readonly Difference[], { known }: Reconciliation): readonly Difference[] => {
  const open = [...known.values()].filter(({ isAcknowledged }) => !isAcknowledged).length;
  const changed = candidates.filter(({ differenceId }) => known.has(differenceId));
  const added = candidates.filter(({ differenceId }) => !known.has(differenceId));
  return [...changed, ...added.slice(0, Math.max(0, MOST_OPEN - open))];
};

const report = ({ data }: ReportDifferences, state: Reconciliation): ReconciliationDecision => {
  const { issuer, runId, startedAt, differences, now } = data;
  const candidates = differences
    .filter(({ differenceId }) => (state.repairedAt.get(differenceId) ?? '') < startedAt)
    .filter((difference) => isNews(difference, state.known.get(difference.differenceId)));
  const news = fitting(candidates, state);
  if (news.length === 0)
    return ignore(candidates.length === 0 ? 'these differences are known' : 'enough differences wait for somebody');
  return accept(
    ...news.map((difference) => ({
      type: 'DifferenceFound' as const,
      data: { issuer, ...difference, runId, foundAt: now },
    })),
  );
};

const isOutdated = ({ completedAt }: { readonly completedAt: string }, now: string): boolean =>
  Date.parse(now) - Date.parse(completedAt) >= TOLD_EVERY_MS;

const complete = ({ data }: CompleteReconciliation, state: Reconciliation): ReconciliationDecision => {
  const { issuer, runId, compared, met, by, now } = data;
  if (state.completed?.runId === runId) return ignore('this comparison is completed');
  const vanished = [...state.known].filter(([id, { repair }]) => !met.has(id) && repair === undefined);
  const differences = met.size;
  const isTold =
    vanished.length > 0 ||
    state.requested?.runId === runId ||
    state.completed === undefined ||
    state.completed.differences !== differences ||
    isOutdated(state.completed, now);
  if (!isTold) return ignore('nothing has changed since the last comparison');
  return accept<ReconciliationEvent>(
    ...vanished.map(([differenceId]) => ({
      type: 'DifferenceResolved' as const,
      data: { issuer, differenceId, how: 'vanished' as const, by, resolvedAt: now },
    })),
    { type: 'ReconciliationCompleted', data: { issuer, runId, compared, differences, completedAt: now } },
  );
};

/** Also one that was acknowledged can still be repaired. */
const startRepair = ({ data }: StartRepair, state: Reconciliation): ReconciliationDecision => {
  const { issuer, differenceId, repairId, caller, now } = data;
  if (!hasProven(caller, 'admin')) return refuse('not-permitted');
  const known = state.known.get(differenceId);
  if (known === undefined) return refuse('difference-not-found');
  if (known.repair !== undefined) return ignore('the difference is being repaired');
  return accept({
    type: 'DifferenceRepairStarted',
    data: { issuer, differenceId, repairId, by: caller.id, startedAt: now },
  });
};

const isUnderRepair = (state: Reconciliation, differenceId: string, repairId: string): boolean =>
  state.known.get(differenceId)?.repair?.repairId === repairId;

const recordRepaired = ({ data }: RecordRepaired, state: Reconciliation): ReconciliationDecision => {
  const { issuer, differenceId, repairId, now } = data;
  const by = state.known.get(differenceId)?.repair?.by;
  if (by === undefined || !isUnderRepair(state, differenceId, repairId)) return ignore('this repair is over');
  return accept({ type: 'DifferenceResolved', data: { issuer, differenceId, how: 'repaired', by, resolvedAt: now } });
};

const recordRepairFailed = ({ data }: RecordRepairFailed, state: Reconciliation): ReconciliationDecision => {
  const { now, ...failure } = data;
  if (!isUnderRepair(state, data.differenceId, data.repairId)) return ignore('this repair is over');
  return accept({ type: 'DifferenceRepairFailed', data: { ...failure, failedAt: now } });
};

const acknowledge = ({ data }: AcknowledgeDifference, state: Reconciliation): ReconciliationDecision => {
  const { issuer, differenceId, reason, caller, now } = data;
  if (!hasProven(caller, 'admin')) return refuse('not-permitted');
  const known = state.known.get(differenceId);
  if (known === undefined) return refuse('difference-not-found');
  if (known.isAcknowledged) return ignore('the difference has been acknowledged');
  if (known.repair !== undefined) return ignore('the difference is being repaired');
  return accept({
    type: 'DifferenceResolved',
    data: { issuer, differenceId, how: 'acknowledged', by: caller.id, reason, resolvedAt: now },
  });
};

const decide = (command: ReconciliationCommand, state: Reconciliation): ReconciliationDecision => {
  switch (command.type) {
    case 'RequestReconciliation':
      return request(command, state);
    case 'ReportDifferences':
      return report(command, state);
    case 'CompleteReconciliation':
      return complete(command, state);
    case 'StartRepair':
      return startRepair(command, state);
    case 'RecordRepaired':
      return recordRepaired(command, state);
    case 'RecordRepairFailed':
      return recordRepairFailed(command, state);
    case 'AcknowledgeDifference':
      return acknowledge(command, state);
  }
};

/** One stream per issuer: how its list and the ledger disagree, and what was done about it. */
export const reconciliation: StreamCategory<
  Reconciliation,
  ReconciliationCommand,
  ReconciliationEvent,
  ReconciliationRefusal
> = {
  category: 'reconciliation',
  decider: { initialState, evolve, decide },
  codec: reconciliationCodec,
};
