import type { LeaseUsageView } from '@keyledger/contracts-vault';
import type { Projection } from '@keyledger/event-sourcing';
import { leaseUsage } from '../../domain/lease-usage/lease-usage.decider.ts';
import type { LeaseUsage } from '../../domain/lease-usage/lease-usage.state.ts';
import { leaseUsageCodec, type LeaseUsageEvent } from '../../domain/lease-usage/lease-usage.messages.ts';
import type { LeaseUsageRow, LeaseUsageTable } from '../ports/lease-usage-table.port.ts';

type DataOf<Type extends LeaseUsageEvent['type']> = Extract<LeaseUsageEvent, { type: Type }>['data'];

/** A use, or another period, makes what was told before out of date. */
const observed = (usage: LeaseUsageView, isSamePeriod: boolean, data: DataOf<'LeaseUsageObserved'>): LeaseUsageView => {
  const { leaseId, spentUsd, lastUsedAt, budgetResetAt, observedAt } = data;
  const { threshold, unusedSinceDays } = usage;
  return {
    leaseId,
    spentUsd,
    ...(lastUsedAt === undefined ? {} : { lastUsedAt }),
    ...(budgetResetAt === undefined ? {} : { budgetResetAt }),
    observedAt,
    ...(threshold !== undefined && isSamePeriod ? { threshold } : {}),
    ...(unusedSinceDays !== undefined && lastUsedAt === usage.lastUsedAt ? { unusedSinceDays } : {}),
  };
};

const { initialState, evolve } = leaseUsage.decider;

const usageAfter = (usage: LeaseUsageView, { period }: LeaseUsage, { type, data }: LeaseUsageEvent): LeaseUsageView => {
  switch (type) {
    case 'LeaseUsageObserved':
      return observed(usage, data.period === period, data);
    case 'LeaseThresholdReached': {
      const { budgetKind, percent, budgetUsd, reachedAt } = data;
      return { ...usage, threshold: { budgetKind, percent, budgetUsd, reachedAt } };
    }
    case 'LeaseUnused':
      return { ...usage, unusedSinceDays: data.sinceDays };
    case 'LeaseExpiryReminderDue':
      return usage;
  }
};

/** What one event does to the row of its lease; there is one from the first event on. */
const rowAfter = (row: LeaseUsageRow | undefined, event: LeaseUsageEvent, revision: bigint): LeaseUsageRow => {
  const { leaseId, owner, requestId } = event.data;
  const { usage = { leaseId }, state = initialState } = row ?? {};
  return { owner, requestId, usage: usageAfter(usage, state, event), state: evolve(state, event), revision };
};

export const leaseUsageProjection = <Tx>(table: LeaseUsageTable<Tx>): Projection<Tx> => ({
  name: 'lease-usage',
  filter: { categories: [leaseUsage.category] },
  apply: async (recorded, tx) => {
    const event = leaseUsageCodec.decode(recorded);
    await table.put(rowAfter(await table.find(event.data.leaseId, tx), event, recorded.revision), tx);
  },
  reset: (tx) => table.clear(tx),
});
