import { ChangeLeaseLimits, RenewLease, ResumeLease, SuspendLease } from '@keyledger/contracts-vault';
import { builder, REMOTE } from '../../builder.ts';
import { parseInput } from '../../errors/invalid-input.ts';
import { refusalClasses } from '../../errors/refusals.ts';
import { given } from '../given.ts';
import { uuidOf } from '../global-id.ts';
import {
  changedLease,
  changedLeaseType,
  changeErrors,
  idempotencyKeyDescription,
  leaseIdDescription,
  reasonDescription,
} from './changed-lease.ts';
import { limitFields } from './limits.inputs.ts';

const RenewLeaseInput = builder.inputType('RenewLeaseInput', {
  description: 'Which key shall live on, and until when.',
  fields: (t) => ({
    leaseId: t.id({ required: true, description: leaseIdDescription }),
    expiresAt: t.field({ type: 'DateTime', required: true, description: 'When it shall expire.' }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

builder.mutationField('renewLease', (t) =>
  t.field({
    type: changedLeaseType('RenewLeaseSuccess', 'The key expires then, or the issuer is being asked: see `change`.'),
    nullable: true,
    complexity: REMOTE,
    description: 'Moves the expiry of a key, at most as far from now as a new key would live. For administrators.',
    args: { input: t.arg({ type: RenewLeaseInput, required: true, description: 'Which key, and until when.' }) },
    errors: {
      types: [...changeErrors, refusalClasses['expiry-in-the-past'], refusalClasses['exceeds-limits']],
      union: { name: 'RenewLeaseResult', description: 'The lease as it is now, or why it was not renewed.' },
    },
    resolve: async (_root, { input }, context) => {
      const asker = context.asker(context.signedIn());
      const leaseId = uuidOf(input.leaseId, 'Lease');
      const command = parseInput(RenewLease.input, { ...given(input), leaseId });
      return changedLease(await context.services.vault.renewLease(command, asker), context);
    },
  }),
);

const ChangeLeaseLimitsInput = builder.inputType('ChangeLeaseLimitsInput', {
  description: 'What a key may from now on. What is absent or null is kept.',
  fields: (t) => ({
    leaseId: t.id({ required: true, description: leaseIdDescription }),
    ...limitFields(t, 'as it is'),
    modelIds: t.stringList({ description: 'The models that it opens; absent: as it is.' }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

builder.mutationField('changeLeaseLimits', (t) =>
  t.field({
    type: changedLeaseType('ChangeLeaseLimitsSuccess', 'The limits hold, or the issuer is being asked: see `change`.'),
    nullable: true,
    complexity: REMOTE,
    description: 'Changes what a key may, within the bounds of the configuration. For administrators.',
    args: {
      input: t.arg({ type: ChangeLeaseLimitsInput, required: true, description: 'Which key, and what it may.' }),
    },
    errors: {
      types: [...changeErrors, refusalClasses['exceeds-limits']],
      union: { name: 'ChangeLeaseLimitsResult', description: 'The lease as it is now, or why it was not changed.' },
    },
    resolve: async (_root, { input }, context) => {
      const asker = context.asker(context.signedIn());
      const leaseId = uuidOf(input.leaseId, 'Lease');
      const command = parseInput(ChangeLeaseLimits.input, { ...given(input), leaseId });
      return changedLease(await context.services.vault.changeLeaseLimits(command, asker), context);
    },
  }),
);

const SuspendLeaseInput = builder.inputType('SuspendLeaseInput', {
  description: 'Which key to stop for a while, and why.',
  fields: (t) => ({
    leaseId: t.id({ required: true, description: leaseIdDescription }),
    reason: t.string({ required: true, description: reasonDescription }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

builder.mutationField('suspendLease', (t) =>
  t.field({
    type: changedLeaseType('SuspendLeaseSuccess', 'The key does not work, or the issuer is being asked: see `change`.'),
    nullable: true,
    complexity: REMOTE,
    description: 'Stops a key until it is resumed. For its owner and administrators.',
    args: { input: t.arg({ type: SuspendLeaseInput, required: true, description: 'Which key, and why.' }) },
    errors: {
      types: changeErrors,
      union: { name: 'SuspendLeaseResult', description: 'The lease as it is now, or why it was not suspended.' },
    },
    resolve: async (_root, { input }, context) => {
      const asker = context.asker(context.signedIn());
      const leaseId = uuidOf(input.leaseId, 'Lease');
      const command = parseInput(SuspendLease.input, { ...given(input), leaseId });
      return changedLease(await context.services.vault.suspendLease(command, asker), context);
    },
  }),
);

const ResumeLeaseInput = builder.inputType('ResumeLeaseInput', {
  description: 'Which key shall work again.',
  fields: (t) => ({
    leaseId: t.id({ required: true, description: leaseIdDescription }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

builder.mutationField('resumeLease', (t) =>
  t.field({
    type: changedLeaseType('ResumeLeaseSuccess', 'The key works, or the issuer is being asked: see `change`.'),
    nullable: true,
    complexity: REMOTE,
    description: 'Lets a suspended key work again. For administrators.',
    args: { input: t.arg({ type: ResumeLeaseInput, required: true, description: 'Which key.' }) },
    errors: {
      types: [...changeErrors, refusalClasses['not-suspended']],
      union: { name: 'ResumeLeaseResult', description: 'The lease as it is now, or why it was not resumed.' },
    },
    resolve: async (_root, { input }, context) => {
      const asker = context.asker(context.signedIn());
      const leaseId = uuidOf(input.leaseId, 'Lease');
      const command = parseInput(ResumeLease.input, { ...given(input), leaseId });
      return changedLease(await context.services.vault.resumeLease(command, asker), context);
    },
  }),
);
