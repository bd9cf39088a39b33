import { ConfirmKeyEnded, type CustodianTask, HandInKey, ListCustodianTasks } from '@keyledger/contracts-vault';
import { handIn } from '../../application/secrets.ts';
import { builder, REMOTE } from '../../builder.ts';
import { parseInput } from '../../errors/invalid-input.ts';
import { refusalClasses } from '../../errors/refusals.ts';
import { connectionFrom, listCost } from '../connection.ts';
import { enumValues } from '../enum-values.ts';
import { uuidOf } from '../global-id.ts';
import { pageArgs } from '../page-args.ts';
import { valueDescription, valueErrors } from '../secret/changed-secret.ts';
import { leaseSource, type LeaseSource } from '../sources.ts';
import { changedLease, changedLeaseType, custodyErrors, leaseIdDescription } from './changed-lease.ts';
import { LeaseType } from './lease.type.ts';

const CustodianTaskKind = builder.enumType('CustodianTaskKind', {
  description: 'What a person has to do.',
  values: enumValues<CustodianTask['kind']>({
    'hand-in': 'Make the key at the provider and hand it in.',
    'end-key': 'End the key at the provider and confirm it.',
  }),
});

type Task = Omit<CustodianTask, 'lease'> & { readonly lease: LeaseSource };

const CustodianTaskType = builder.objectRef<Task>('CustodianTask').implement({
  description: 'What a person has to do at a provider that has no interface for it.',
  fields: (t) => ({
    kind: t.expose('kind', { type: CustodianTaskKind, description: 'What to do.' }),
    lease: t.expose('lease', { type: LeaseType, description: 'For which lease.' }),
    generation: t.exposeInt('generation', { description: 'Number of the key.' }),
    alias: t.exposeString('alias', { nullable: true, description: 'Name to give to the new key at the provider.' }),
    issuerKeyId: t.exposeID('issuerKeyId', {
      nullable: true,
      description: 'What the provider calls the key that is to end.',
    }),
    instruction: t.exposeString('instruction', { nullable: true, description: 'How, as configured for the issuer.' }),
  }),
});

const CustodianTaskConnection = builder.connectionObject(
  {
    type: CustodianTaskType,
    name: 'CustodianTaskConnection',
    description: 'A page of tasks, those of the newest leases first.',
  },
  { name: 'CustodianTaskEdge', description: 'A task and its place in the list.' },
);

builder.queryField('custodianTasks', (t) =>
  t.field({
    type: CustodianTaskConnection,
    nullable: true,
    complexity: listCost,
    description: 'What people have to do at providers. For administrators.',
    args: pageArgs(t.arg),
    resolve: (_root, args, context) => {
      context.signedIn();
      return connectionFrom(
        args,
        (page) => context.reader.custodianTasks(parseInput(ListCustodianTasks.input, page)),
        ({ lease, ...task }) => ({ ...task, lease: leaseSource(lease, context.reader) }),
      );
    },
  }),
);

const HandInKeyInput = builder.inputType('HandInKeyInput', {
  description: 'A key that was made at the provider.',
  fields: (t) => ({
    leaseId: t.id({ required: true, description: leaseIdDescription }),
    issuerKeyId: t.string({ required: true, description: 'What the provider calls it.' }),
    value: t.string({ required: true, description: valueDescription }),
  }),
});

builder.mutationField('handInKey', (t) =>
  t.field({
    type: changedLeaseType('HandInKeySuccess', 'The key lies sealed in the vault and goes to its owner.'),
    nullable: true,
    complexity: 2 * REMOTE,
    description:
      'Hands in the key of a task. It is encrypted to the vault at once, and shown to its provider where one is configured. For administrators.',
    args: { input: t.arg({ type: HandInKeyInput, required: true, description: 'The key.' }) },
    errors: {
      types: [
        ...custodyErrors,
        refusalClasses['lease-ended'],
        refusalClasses['key-not-requested'],
        refusalClasses['key-not-valid'],
        refusalClasses['key-taken'],
        ...valueErrors,
      ],
      union: { name: 'HandInKeyResult', description: 'The lease as it is now, or why the key was not taken.' },
    },
    resolve: async (_root, { input: { issuerKeyId, value, ...input } }, context) => {
      const asker = context.asker(context.signedIn());
      const leaseId = uuidOf(input.leaseId, 'Lease');
      const submission = await handIn(context.services, context.sealSubmission, asker, value);
      const command = parseInput(HandInKey.input, { leaseId, issuerKeyId, submission });
      return changedLease(await context.services.vault.handInKey(command, asker), context);
    },
  }),
);

const ConfirmKeyEndedInput = builder.inputType('ConfirmKeyEndedInput', {
  description: 'A key that was ended at the provider.',
  fields: (t) => ({
    leaseId: t.id({ required: true, description: leaseIdDescription }),
    issuerKeyId: t.string({ required: true, description: 'What the provider called it, as the task says.' }),
  }),
});

builder.mutationField('confirmKeyEnded', (t) =>
  t.field({
    type: changedLeaseType('ConfirmKeyEndedSuccess', 'The key counts as ended.'),
    nullable: true,
    complexity: REMOTE,
    description: 'Says that a key which only a person can end has ended. For administrators.',
    args: { input: t.arg({ type: ConfirmKeyEndedInput, required: true, description: 'Which key.' }) },
    errors: {
      types: [...custodyErrors, refusalClasses['key-not-found'], refusalClasses['key-not-requested']],
      union: { name: 'ConfirmKeyEndedResult', description: 'The lease as it is now, or why nothing was recorded.' },
    },
    resolve: async (_root, { input }, context) => {
      const asker = context.asker(context.signedIn());
      const leaseId = uuidOf(input.leaseId, 'Lease');
      const command = parseInput(ConfirmKeyEnded.input, { leaseId, issuerKeyId: input.issuerKeyId });
      return changedLease(await context.services.vault.confirmKeyEnded(command, asker), context);
    },
  }),
);
