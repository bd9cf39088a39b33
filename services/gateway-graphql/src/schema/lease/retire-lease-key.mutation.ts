import { RetireLeaseKey } from '@keyledger/contracts-vault';
import { builder, REMOTE } from '../../builder.ts';
import { parseInput } from '../../errors/invalid-input.ts';
import { refusalClasses } from '../../errors/refusals.ts';
import { given } from '../given.ts';
import { uuidOf } from '../global-id.ts';
import {
  changedLease,
  changedLeaseType,
  custodyErrors,
  idempotencyKeyDescription,
  leaseIdDescription,
  reasonDescription,
} from './changed-lease.ts';

const RetireLeaseKeyInput = builder.inputType('RetireLeaseKeyInput', {
  description: 'Which key before the one that counts to end, and why.',
  fields: (t) => ({
    leaseId: t.id({ required: true, description: leaseIdDescription }),
    generation: t.int({ required: true, description: 'Number of the key, as `retiring` tells it.' }),
    reason: t.string({ required: true, description: reasonDescription }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

builder.mutationField('retireLeaseKey', (t) =>
  t.field({
    type: changedLeaseType('RetireLeaseKeySuccess', 'The key is being ended: see `retiring`, then nothing of it.'),
    nullable: true,
    complexity: REMOTE,
    description:
      'Ends a key before the one that counts at once, whether its successor was delivered or not. For its owner and administrators.',
    args: { input: t.arg({ type: RetireLeaseKeyInput, required: true, description: 'Which key, and why.' }) },
    errors: {
      types: [
        ...custodyErrors,
        refusalClasses['lease-not-issued'],
        refusalClasses['lease-ended'],
        refusalClasses['key-not-found'],
      ],
      union: { name: 'RetireLeaseKeyResult', description: 'The lease as it is now, or why the key was not ended.' },
    },
    resolve: async (_root, { input }, context) => {
      const asker = context.asker(context.signedIn());
      const leaseId = uuidOf(input.leaseId, 'Lease');
      const command = parseInput(RetireLeaseKey.input, { ...given(input), leaseId });
      return changedLease(await context.services.vault.retireLeaseKey(command, asker), context);
    },
  }),
);
