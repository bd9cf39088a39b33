import type { LeaseView } from '@keyledger/contracts-vault';
import { builder } from '../../builder.ts';
import { enumValues } from '../enum-values.ts';

type End = NonNullable<LeaseView['end']>;

const LeaseEndKind = builder.enumType('LeaseEndKind', {
  description: 'How a lease ends.',
  values: enumValues<End['how']>({
    revoked: 'Somebody revoked it.',
    expired: 'Its time was over.',
  }),
});

export const LeaseEnd = builder.objectRef<End>('LeaseEnd').implement({
  description: 'How and when a lease ends.',
  fields: (t) => ({
    how: t.expose('how', { type: LeaseEndKind, description: 'How.' }),
    reason: t.exposeString('reason', { nullable: true, description: 'Of a revocation.' }),
    startedAt: t.expose('startedAt', {
      type: 'DateTime',
      description: 'Since when no key of it is given out, and all are being ended at the issuer.',
    }),
    endedAt: t.expose('endedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when none of its keys works; null while one may.',
    }),
  }),
});
