import type { LeaseUsageView } from '@keyledger/contracts-vault';
import type { Projection } from '@keyledger/event-sourcing';
import { leaseUsage } from '../../domain/lease-usage/lease-usage.decider.ts';
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

/** What one event does to the row of its lease; there is one from the first event on. */
const rowAfter = (row: LeaseUsageRow | undefined, { type, data }: LeaseUsageEvent): LeaseUsageRow => {
  const { leaseId, owner, requestId } = data;
  const { usage = { leaseId }, period = 1 } = row ?? {};
  const about = { owner, requestId, period };
  switch (type) {
    case 'LeaseUsageObserved':
      return { ...about, usage: observed(usage, data.period === period, data), period: data.period };
    case 'LeaseThresholdReached': {
      const { budgetKind, percent, budgetUsd, reachedAt } = data;
      return { ...about, usage: { ...usage, threshold: { budgetKind, percent, budgetUsd, reachedAt } } };
    }
    case 'LeaseUnused':
      return { ...about, usage: { ...usage, unusedSinceDays: data.sinceDays } };
    case 'LeaseExpiryReminderDue':
      return { ...about, usage };
  }
};

export const leaseUsageProjection = <Tx>(table: LeaseUsageTable<Tx>): Projection<Tx> => ({
  name: 'lease-usage',
  filter: { categories: [leaseUsage.category] },
  apply: async (recorded, tx) => {
    const event = leaseUsageCodec.decode(recorded);
    await table.put(rowAfter(await table.find(event.data.leaseId, tx), event), tx);
  },
  reset: (tx) => table.clear(tx),
});
