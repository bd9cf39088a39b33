import { RevokeLease, RotateLease } from '@keyledger/contracts-vault';
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

const RotateLeaseInput = builder.inputType('RotateLeaseInput', {
  description: 'Which key to replace, and why.',
  fields: (t) => ({
    leaseId: t.id({ required: true, description: leaseIdDescription }),
    reason: t.string({ required: true, description: reasonDescription }),
    gracePeriod: t.string({
      description:
        'How long the key before lives on when the new one is there, for example `2h`; absent: as configured.',
    }),
    duration: t.string({
      description:
        'How long the new key shall live, for example `30d`; absent: as long as the key before it would. For administrators.',
    }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

builder.mutationField('rotateLease', (t) =>
  t.field({
    type: changedLeaseType('RotateLeaseSuccess', 'A successor is made: see `rotation`, then `retiring`.'),
    nullable: true,
    complexity: REMOTE,
    description:
      'Makes a new key, which comes to its owner as the first one did. The key before works until then, and for the grace period; what was spent counts for both. For its owner, who has two keys at most, and administrators.',
    args: { input: t.arg({ type: RotateLeaseInput, required: true, description: 'Which key, and why.' }) },
    errors: {
      types: [
        ...custodyErrors,
        refusalClasses['lease-not-issued'],
        refusalClasses['lease-suspended'],
        refusalClasses['lease-ended'],
        refusalClasses['change-in-progress'],
        refusalClasses['exceeds-limits'],
        refusalClasses['too-many-keys'],
      ],
      union: { name: 'RotateLeaseResult', description: 'The lease as it is now, or why it was not rotated.' },
    },
    resolve: async (_root, { input }, context) => {
      const asker = context.asker(context.signedIn());
      const leaseId = uuidOf(input.leaseId, 'Lease');
      const command = parseInput(RotateLease.input, { ...given(input), leaseId });
      return changedLease(await context.services.vault.rotateLease(command, asker), context);
    },
  }),
);

const RevokeLeaseInput = builder.inputType('RevokeLeaseInput', {
  description: 'Which key to end for good, and why.',
  fields: (t) => ({
    leaseId: t.id({ required: true, description: leaseIdDescription }),
    reason: t.string({ required: true, description: reasonDescription }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

builder.mutationField('revokeLease', (t) =>
  t.field({
    type: changedLeaseType(
      'RevokeLeaseSuccess',
      'No key of it is given out any more; see `end` for when they stopped.',
    ),
    nullable: true,
    complexity: REMOTE,
    description:
      'Ends a key for good, at the issuer as well, however long that takes. For its owner and administrators.',
    args: { input: t.arg({ type: RevokeLeaseInput, required: true, description: 'Which key, and why.' }) },
    errors: {
      types: custodyErrors,
      union: { name: 'RevokeLeaseResult', description: 'The lease as it is now, or why it was not revoked.' },
    },
    resolve: async (_root, { input }, context) => {
      const asker = context.asker(context.signedIn());
      const leaseId = uuidOf(input.leaseId, 'Lease');
      const command = parseInput(RevokeLease.input, { ...given(input), leaseId });
      return changedLease(await context.services.vault.revokeLease(command, asker), context);
    },
  }),
);
