import { ListLeases } from '@keyledger/contracts-vault';
import { builder, REMOTE } from '../../builder.ts';
import { parseInput } from '../../errors/invalid-input.ts';
import { connectionFrom, listCost } from '../connection.ts';
import { given } from '../given.ts';
import { uuidOf } from '../global-id.ts';
import { pageArgs } from '../page-args.ts';
import { leaseSource } from '../sources.ts';
import { LeaseStatus } from './lease-status.type.ts';
import { LeaseType } from './lease.type.ts';

const LeaseConnection = builder.connectionObject(
  { type: LeaseType, name: 'LeaseConnection', description: 'A page of leases, newest first.' },
  { name: 'LeaseEdge', description: 'A lease and its place in the list.' },
);

const LeaseFilter = builder.inputType('LeaseFilter', {
  description: 'Which leases. What is given must all hold.',
  fields: (t) => ({
    owner: t.string({ description: 'Of this owner.' }),
    team: t.string({ description: 'For this team.' }),
    issuer: t.string({ description: 'Of this issuer.' }),
    modelId: t.string({ description: 'That open this model.' }),
    tag: t.string({ description: 'With this tag.' }),
    statuses: t.field({ type: [LeaseStatus], description: 'In one of these states.' }),
    expiresBefore: t.field({ type: 'DateTime', description: 'That expire before this.' }),
  }),
});

builder.queryField('lease', (t) =>
  t.field({
    type: LeaseType,
    nullable: true,
    complexity: REMOTE,
    description: 'One lease; null when it does not exist or may not be seen.',
    args: { id: t.arg.id({ required: true, description: 'Global id or UUID of the lease.' }) },
    resolve: async (_root, { id }, context) => {
      context.signedIn();
      const view = await context.reader.lease(uuidOf(id, 'Lease'));
      return view === null ? null : leaseSource(view, context.reader);
    },
  }),
);

builder.queryField('leases', (t) =>
  t.field({
    type: LeaseConnection,
    nullable: true,
    complexity: listCost,
    description: 'Leases, newest first: all for administrators, reviewers and auditors, otherwise the own ones.',
    args: {
      filter: t.arg({ type: LeaseFilter, description: 'Which leases; absent: all that may be seen.' }),
      ...pageArgs(t.arg),
    },
    resolve: (_root, { filter, ...args }, context) => {
      context.signedIn();
      return connectionFrom(
        args,
        (page) => context.reader.leases(parseInput(ListLeases.input, { ...page, ...given(filter ?? {}) })),
        (view) => leaseSource(view, context.reader),
      );
    },
  }),
);
