import { PreviewLeaseRevocation } from '@keyledger/contracts-vault';
import { builder, REMOTE } from '../../builder.ts';
import { parseInput } from '../../errors/invalid-input.ts';
import { DEFAULT_PAGE, listCost } from '../connection.ts';
import { given } from '../given.ts';
import { uuidOf } from '../global-id.ts';
import { leaseSource } from '../sources.ts';
import { BulkRevocationType, PreviewType, RevocationScopeInput } from './bulk-revocation.type.ts';

builder.queryField('previewLeaseRevocation', (t) =>
  t.field({
    type: PreviewType,
    nullable: true,
    complexity: listCost,
    description: 'Shows what revoking leases together would hit. For administrators.',
    args: {
      scope: t.arg({ type: RevocationScopeInput, required: true, description: 'Which leases.' }),
      first: t.arg.int({ defaultValue: DEFAULT_PAGE, description: 'How many of them to show at most.' }),
    },
    resolve: async (_root, { scope, first }, context) => {
      context.signedIn();
      const input = parseInput(PreviewLeaseRevocation.input, { scope: given(scope), first: first ?? DEFAULT_PAGE });
      const { total, digest, leases } = await context.reader.leaseRevocation(input);
      return { total, digest, leases: leases.map((view) => leaseSource(view, context.reader)) };
    },
  }),
);

builder.queryField('bulkRevocation', (t) =>
  t.field({
    type: BulkRevocationType,
    nullable: true,
    complexity: REMOTE,
    description: 'How far leases that are revoked together have come. For administrators and auditors.',
    args: { id: t.arg.id({ required: true, description: 'The `bulkId`.' }) },
    resolve: (_root, { id }, context) => {
      context.signedIn();
      return context.reader.bulkRevocation(uuidOf(id, 'BulkRevocation'));
    },
  }),
);
