import type { DifferenceView } from '@keyledger/contracts-vault';
import type { Projection } from '@keyledger/event-sourcing';
import { reconciliation } from '../../domain/reconciliation/reconciliation.decider.ts';
import { reconciliationCodec, type ReconciliationEvent } from '../../domain/reconciliation/reconciliation.messages.ts';
import type { DifferenceTable } from '../ports/difference-table.port.ts';

type DifferenceEvent = Extract<ReconciliationEvent, { data: { differenceId: string } }>;

export const isAboutDifference = (event: ReconciliationEvent): event is DifferenceEvent => 'differenceId' in event.data;

/** What one event does to the difference as lists show it; `undefined` while there is none. */
export const differenceAfter = (
  view: DifferenceView | undefined,
  { type, data }: DifferenceEvent,
): DifferenceView | undefined => {
  if (type === 'DifferenceFound') {
    const { runId: _runId, ...found } = data;
    return { ...found, status: 'open' };
  }
  if (view === undefined) return undefined;
  const { failure: _failure, by: _by, ...rest } = view;
  switch (type) {
    case 'DifferenceRepairStarted':
      return { ...rest, status: 'repairing', by: data.by };
    case 'DifferenceRepairFailed': {
      const { cause, message, failedAt } = data;
      return { ...rest, status: 'open', failure: { cause, message, failedAt } };
    }
    case 'DifferenceResolved': {
      const { how, by, reason, resolvedAt } = data;
      return { ...rest, status: how, by, ...(reason === undefined ? {} : { reason }), resolvedAt };
    }
  }
};

export const differencesProjection = <Tx>(table: DifferenceTable<Tx>): Projection<Tx> => ({
  name: 'differences',
  filter: { categories: [reconciliation.category] },
  apply: async (recorded, tx) => {
    const event = reconciliationCodec.decode(recorded);
    if (!isAboutDifference(event)) return;
    const after = differenceAfter(await table.find(event.data.differenceId, tx), event);
    if (after !== undefined) await table.put(after, tx);
  },
  reset: (tx) => table.clear(tx),
});
