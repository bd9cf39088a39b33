import { ListDifferences, type ListReconciliations } from '@keyledger/contracts-vault';
import type { ReplyOf } from '@keyledger/messaging';
import { builder, REMOTE } from '../../builder.ts';
import { parseInput } from '../../errors/invalid-input.ts';
import { connectionFrom, listCost } from '../connection.ts';
import { given } from '../given.ts';
import { uuidOf } from '../global-id.ts';
import { pageArgs } from '../page-args.ts';
import { DifferenceKind, DifferenceStatus, DifferenceType } from './difference.type.ts';

const DifferenceConnection = builder.connectionObject(
  { type: DifferenceType, name: 'DifferenceConnection', description: 'A page of differences, newest first.' },
  { name: 'DifferenceEdge', description: 'A difference and its place in the list.' },
);

const DifferenceFilter = builder.inputType('DifferenceFilter', {
  description: 'Which differences. What is given must all hold.',
  fields: (t) => ({
    issuer: t.string({ description: 'Of this issuer.' }),
    kind: t.field({ type: DifferenceKind, description: 'Of this kind.' }),
    statuses: t.field({ type: [DifferenceStatus], description: 'In one of these states; absent: those not over.' }),
    leaseId: t.id({ description: 'About keys of this lease: its global id or its UUID.' }),
  }),
});

builder.queryField('differences', (t) =>
  t.field({
    type: DifferenceConnection,
    nullable: true,
    complexity: listCost,
    description: 'What issuers and the ledger disagree about, newest first. For administrators and auditors.',
    args: {
      filter: t.arg({ type: DifferenceFilter, description: 'Which; absent: all that are not over.' }),
      ...pageArgs(t.arg),
    },
    resolve: (_root, { filter, ...args }, context) => {
      context.signedIn();
      const { leaseId, ...wanted } = given(filter ?? {});
      const ofLease = leaseId === undefined ? {} : { leaseId: uuidOf(leaseId, 'Lease') };
      return connectionFrom(
        args,
        (page) => context.reader.differences(parseInput(ListDifferences.input, { ...page, ...wanted, ...ofLease })),
        (view) => view,
      );
    },
  }),
);

type ReconciliationView = ReplyOf<typeof ListReconciliations>['reconciliations'][number];
type Completed = NonNullable<ReconciliationView['completed']>;

const CompletedComparison = builder.objectRef<Completed>('CompletedComparison').implement({
  description: 'A comparison of an issuer with the ledger, from end to end.',
  fields: (t) => ({
    runId: t.exposeString('runId', { description: 'Which one.' }),
    compared: t.exposeInt('compared', { description: 'Keys that were looked at.' }),
    differences: t.exposeInt('differences', {
      description: 'Differences that it met, those that are let be included.',
    }),
    completedAt: t.expose('completedAt', { type: 'DateTime', description: 'When it was done.' }),
  }),
});

const Reconciliation = builder.objectRef<ReconciliationView>('Reconciliation').implement({
  description: 'An issuer whose list can be compared with the ledger.',
  fields: (t) => ({
    issuer: t.exposeString('issuer', { description: 'Its name.' }),
    completed: t.expose('completed', {
      type: CompletedComparison,
      nullable: true,
      description: 'The last comparison that was told: when asked for, when its outcome was another one, once a day.',
    }),
    requestedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Since when a comparison is asked for that is not done yet.',
      resolve: ({ requested }) => requested?.requestedAt,
    }),
  }),
});

builder.queryField('reconciliations', (t) =>
  t.field({
    type: [Reconciliation],
    nullable: true,
    complexity: REMOTE,
    description: 'The issuers that can be compared with the ledger. For administrators and auditors.',
    resolve: async (_root, _args, context) => {
      const asker = context.asker(context.signedIn());
      return [...(await context.services.vault.listReconciliations({}, asker)).reconciliations];
    },
  }),
);
