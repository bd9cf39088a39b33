import type { LeaseView } from '@keyledger/contracts-vault';
import { builder } from '../../builder.ts';

export const BudgetType = builder.objectRef<NonNullable<LeaseView['budget']>>('Budget').implement({
  description: 'A bound of what may be spent with a key.',
  fields: (t) => ({
    maxUsd: t.exposeFloat('maxUsd', { description: 'In US dollars.' }),
    period: t.exposeString('period', {
      nullable: true,
      description: 'After which spending counts from zero again, for example `30d`; null: never.',
    }),
  }),
});

export const RemainingBudget = builder
  .objectRef<NonNullable<LeaseView['remainingBudget']>>('RemainingBudget')
  .implement({
    description: 'What a key may spend less than its budget, since keys before it have spent the rest.',
    fields: (t) => ({
      maxUsd: t.exposeFloat('maxUsd', { description: 'In US dollars.' }),
      until: t.expose('until', {
        type: 'DateTime',
        nullable: true,
        description: 'When the whole budget holds again; null: not for this key.',
      }),
    }),
  });

export const LeaseRateLimits = builder.objectRef<NonNullable<LeaseView['rateLimits']>>('LeaseRateLimits').implement({
  description: 'How fast a key may be used.',
  fields: (t) => ({
    requestsPerMinute: t.exposeInt('requestsPerMinute', { nullable: true, description: 'Null: no limit.' }),
    tokensPerMinute: t.exposeInt('tokensPerMinute', { nullable: true, description: 'Null: no limit.' }),
    parallelRequests: t.exposeInt('parallelRequests', { nullable: true, description: 'Null: no limit.' }),
  }),
});
