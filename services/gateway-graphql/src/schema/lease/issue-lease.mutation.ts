import { IssueLease } from '@keyledger/contracts-vault';
import { builder, REMOTE } from '../../builder.ts';
import { InvalidInput, parseInput } from '../../errors/invalid-input.ts';
import { refusalClasses } from '../../errors/refusals.ts';
import { given } from '../given.ts';
import { changedLease, changedLeaseType, idempotencyKeyDescription } from './changed-lease.ts';
import { limitFields } from './limits.inputs.ts';

const IssueLeaseInput = builder.inputType('IssueLeaseInput', {
  description: 'A key to issue without a request.',
  fields: (t) => ({
    owner: t.string({ required: true, description: 'Who shall hold it: a login or an address.' }),
    modelIds: t.stringList({ required: true, description: 'The models that it shall open.' }),
    issuer: t.string({ description: 'Who issues it; absent: whoever issues keys to the first model.' }),
    team: t.string({ description: 'The team that it is for.' }),
    purpose: t.string({ description: 'What it is for.' }),
    tags: t.stringList({ description: 'By which it shall be found.' }),
    duration: t.string({ description: 'How long it shall live, for example `30d`; absent: as configured.' }),
    ...limitFields(t, 'as configured'),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

builder.mutationField('issueLease', (t) =>
  t.field({
    type: changedLeaseType('IssueLeaseSuccess', 'The key is issued, or being issued: see its status.'),
    nullable: true,
    complexity: REMOTE,
    description:
      'Issues a key to somebody without a request. Its owner fetches it by `revealSecret` under the id of the lease. For administrators.',
    args: { input: t.arg({ type: IssueLeaseInput, required: true, description: 'What to issue.' }) },
    errors: {
      types: [
        InvalidInput,
        refusalClasses['not-permitted'],
        refusalClasses['issuer-not-found'],
        refusalClasses['exceeds-limits'],
        refusalClasses['lease-exists'],
      ],
      union: { name: 'IssueLeaseResult', description: 'The lease, or why there is none.' },
    },
    resolve: async (_root, { input }, context) => {
      const asker = context.asker(context.signedIn());
      const command = parseInput(IssueLease.input, given(input));
      return changedLease(await context.services.vault.issueLease(command, asker), context);
    },
  }),
);
