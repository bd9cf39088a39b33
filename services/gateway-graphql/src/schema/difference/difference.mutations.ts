import {
  AcknowledgeDifference,
  type DifferenceView,
  ReconcileIssuer,
  RepairDifference,
} from '@keyledger/contracts-vault';
import { builder, REMOTE } from '../../builder.ts';
import { parseInput } from '../../errors/invalid-input.ts';
import { refusalClasses, resultOf } from '../../errors/refusals.ts';
import { given } from '../given.ts';
import { uuidOf } from '../global-id.ts';
import { DifferenceType } from './difference.type.ts';

const ReconcileIssuerInput = builder.inputType('ReconcileIssuerInput', {
  description: 'Which issuer to compare.',
  fields: (t) => ({ issuer: t.string({ description: 'Its name; absent: all that have a list of their keys.' }) }),
});

const ReconcileIssuerSuccess = builder
  .objectRef<{ readonly issuers: readonly string[] }>('ReconcileIssuerSuccess')
  .implement({
    description: 'The comparison begins in a moment; `reconciliations` says when it is done.',
    fields: (t) => ({
      issuers: t.stringList({ description: 'Whose lists are compared.', resolve: ({ issuers }) => [...issuers] }),
    }),
  });

builder.mutationField('reconcileIssuer', (t) =>
  t.field({
    type: ReconcileIssuerSuccess,
    nullable: true,
    complexity: REMOTE,
    description: "Compares an issuer's own list of keys with the ledger now. For administrators.",
    args: { input: t.arg({ type: ReconcileIssuerInput, required: true, description: 'Which issuer.' }) },
    errors: {
      types: [
        refusalClasses['not-permitted'],
        refusalClasses['issuer-not-found'],
        refusalClasses['not-supported-by-issuer'],
      ],
      union: { name: 'ReconcileIssuerResult', description: 'What is compared, or why nothing is.' },
    },
    resolve: async (_root, { input }, context) => {
      const asker = context.asker(context.signedIn());
      const command = parseInput(ReconcileIssuer.input, given(input));
      const { runs } = resultOf(await context.services.vault.reconcileIssuer(command, asker)).result;
      return { issuers: runs.map(({ issuer }) => issuer) };
    },
  }),
);

const changedDifferenceType = (name: string, description: string) =>
  builder.objectRef<{ readonly difference: DifferenceView }>(name).implement({
    description,
    fields: (t) => ({ difference: t.expose('difference', { type: DifferenceType, description: 'As it is now.' }) }),
  });

const differenceErrors = [refusalClasses['not-permitted'], refusalClasses['difference-not-found']];

const RepairDifferenceInput = builder.inputType('RepairDifferenceInput', {
  description: 'Which difference to put right.',
  fields: (t) => ({ differenceId: t.id({ required: true, description: 'Id of the difference.' }) }),
});

builder.mutationField('repairDifference', (t) =>
  t.field({
    type: changedDifferenceType('RepairDifferenceSuccess', 'It is repaired, or its repair goes on: see `status`.'),
    nullable: true,
    complexity: REMOTE,
    description:
      'Ends a key that must not be there, makes a missing one anew, puts limits back. Looks again before it does anything. For administrators.',
    args: { input: t.arg({ type: RepairDifferenceInput, required: true, description: 'Which difference.' }) },
    errors: {
      types: differenceErrors,
      union: { name: 'RepairDifferenceResult', description: 'The difference as it is now, or why nothing was done.' },
    },
    resolve: async (_root, { input }, context) => {
      const asker = context.asker(context.signedIn());
      const command = parseInput(RepairDifference.input, { differenceId: uuidOf(input.differenceId, 'Difference') });
      return { difference: resultOf(await context.services.vault.repairDifference(command, asker)).result };
    },
  }),
);

const AcknowledgeDifferenceInput = builder.inputType('AcknowledgeDifferenceInput', {
  description: 'Which difference to let be, and why.',
  fields: (t) => ({
    differenceId: t.id({ required: true, description: 'Id of the difference.' }),
    reason: t.string({ required: true, description: 'Why; up to 500 characters. Recorded.' }),
  }),
});

builder.mutationField('acknowledgeDifference', (t) =>
  t.field({
    type: changedDifferenceType('AcknowledgeDifferenceSuccess', 'It is told again only when it becomes another one.'),
    nullable: true,
    complexity: REMOTE,
    description: 'Lets a difference be. For administrators.',
    args: { input: t.arg({ type: AcknowledgeDifferenceInput, required: true, description: 'Which one, and why.' }) },
    errors: {
      types: differenceErrors,
      union: {
        name: 'AcknowledgeDifferenceResult',
        description: 'The difference as it is now, or why it was not acknowledged.',
      },
    },
    resolve: async (_root, { input: { reason, differenceId } }, context) => {
      const asker = context.asker(context.signedIn());
      const command = parseInput(AcknowledgeDifference.input, {
        differenceId: uuidOf(differenceId, 'Difference'),
        reason,
      });
      return { difference: resultOf(await context.services.vault.acknowledgeDifference(command, asker)).result };
    },
  }),
);
