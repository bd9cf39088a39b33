import type { LeaseUsageView } from '@keyledger/contracts-vault';
import { builder } from '../../builder.ts';
import { enumValues } from '../enum-values.ts';

type Threshold = NonNullable<LeaseUsageView['threshold']>;

const BudgetKind = builder.enumType('BudgetKind', {
  description: 'What happens when a budget is spent.',
  values: enumValues<Threshold['budgetKind']>({
    hard: 'The issuer refuses further calls.',
    soft: 'People are told, and nothing else.',
  }),
});

const UsageThreshold = builder.objectRef<Threshold>('UsageThreshold').implement({
  description: 'A part of a budget that is spent, of which the owner was told.',
  fields: (t) => ({
    budgetKind: t.expose('budgetKind', { type: BudgetKind, description: 'Of which budget.' }),
    percent: t.exposeFloat('percent', { description: 'Percent of it.' }),
    budgetUsd: t.exposeFloat('budgetUsd', { description: 'The budget, in US dollars.' }),
    reachedAt: t.expose('reachedAt', { type: 'DateTime', description: 'When it was seen.' }),
  }),
});

export const LeaseUsageType = builder.objectRef<LeaseUsageView>('LeaseUsage').implement({
  description: 'How the keys of a lease are used, as the issuer told it the last time.',
  fields: (t) => ({
    spentUsd: t.exposeFloat('spentUsd', {
      nullable: true,
      description: 'Spent in the present budget period, in US dollars; null where the issuer does not tell.',
    }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When a key was last used, or last seen to have cost more; null: never seen.',
    }),
    budgetResetAt: t.expose('budgetResetAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the issuer begins the next budget period.',
    }),
    observedAt: t.expose('observedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When any of this last changed.',
    }),
    threshold: t.expose('threshold', {
      type: UsageThreshold,
      nullable: true,
      description: 'The last threshold that was reached in this period.',
    }),
    unusedSinceDays: t.exposeInt('unusedSinceDays', {
      nullable: true,
      description: 'For how many days it was not used when its owner was told so; null again after a use.',
    }),
  }),
});
