import { type BulkRevocationView, RevokeLeases } from '@keyledger/contracts-vault';
import type { InputOf } from '@keyledger/messaging';
import { builder, REMOTE } from '../../builder.ts';
import { InvalidInput, parseInput } from '../../errors/invalid-input.ts';
import { refusalClasses, resultOf } from '../../errors/refusals.ts';
import { given } from '../given.ts';
import { BulkRevocationType, RevocationScopeInput } from './bulk-revocation.type.ts';
import { idempotencyKeyDescription, reasonDescription } from './changed-lease.ts';

const RevokeLeasesInput = builder.inputType('RevokeLeasesInput', {
  description: 'Which leases to revoke together, and why.',
  fields: (t) => ({
    scope: t.field({ type: RevocationScopeInput, required: true, description: 'Which leases.' }),
    digest: t.string({ required: true, description: 'Of the preview: other leases than those are not revoked.' }),
    reason: t.string({ required: true, description: reasonDescription }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

interface StartedRevocation {
  readonly bulkRevocation: BulkRevocationView;
}

const RevokeLeasesSuccess = builder.objectRef<StartedRevocation>('RevokeLeasesSuccess').implement({
  description: 'The leases are being revoked, in the background.',
  fields: (t) => ({
    bulkRevocation: t.expose('bulkRevocation', { type: BulkRevocationType, description: 'How far it has come.' }),
  }),
});

builder.mutationField('revokeLeases', (t) =>
  t.field({
    type: RevokeLeasesSuccess,
    nullable: true,
    complexity: REMOTE,
    description:
      'Revokes the leases of a preview, all of them or, when they are others by now, none. For administrators.',
    args: { input: t.arg({ type: RevokeLeasesInput, required: true, description: 'Which leases, and why.' }) },
    errors: {
      types: [
        InvalidInput,
        refusalClasses['not-permitted'],
        refusalClasses['set-changed'],
        refusalClasses['set-empty'],
        refusalClasses['set-too-large'],
      ],
      union: { name: 'RevokeLeasesResult', description: 'How far it has come, or why nothing is revoked.' },
    },
    resolve: async (_root, { input }, context) => {
      const asker = context.asker(context.signedIn());
      const command: InputOf<typeof RevokeLeases> = parseInput(RevokeLeases.input, given(input));
      return { bulkRevocation: resultOf(await context.services.vault.revokeLeases(command, asker)).result };
    },
  }),
);
