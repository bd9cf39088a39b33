import { MarkMasterKeyCompromised, SuspendMasterKey } from '@keyledger/contracts-vault';
import { builder, REMOTE } from '../../builder.ts';
import { parseInput } from '../../errors/invalid-input.ts';
import { resultOf } from '../../errors/refusals.ts';
import { uuidOf } from '../global-id.ts';
import {
  changedMasterKeys,
  changedMasterKeysType,
  masterKeyErrors,
  masterKeyIdDescription,
} from './changed-master-keys.ts';

const reasonDescription = 'Why; up to 500 characters. Recorded.';

const SuspendMasterKeyInput = builder.inputType('SuspendMasterKeyInput', {
  description: 'Which master key to stop, and why.',
  fields: (t) => ({
    masterKeyId: t.id({ required: true, description: masterKeyIdDescription }),
    reason: t.string({ required: true, description: reasonDescription }),
  }),
});

builder.mutationField('suspendMasterKey', (t) =>
  t.field({
    type: changedMasterKeysType('SuspendMasterKeySuccess', 'The key is stopped.'),
    nullable: true,
    complexity: 2 * REMOTE,
    description:
      'Stops the key that writes: the vault is sealed until the key is resumed or another one takes its place. For administrators.',
    args: { input: t.arg({ type: SuspendMasterKeyInput, required: true, description: 'Which key, and why.' }) },
    errors: {
      types: masterKeyErrors,
      union: {
        name: 'SuspendMasterKeyResult',
        description: 'The master keys as they are now, or why none was stopped.',
      },
    },
    resolve: async (_root, { input: { reason, ...input } }, context) => {
      const asker = context.asker(context.signedIn());
      const masterKeyId = uuidOf(input.masterKeyId, 'MasterKey');
      const command = parseInput(SuspendMasterKey.input, { masterKeyId, reason });
      resultOf(await context.services.vault.suspendMasterKey(command, asker));
      return changedMasterKeys(context);
    },
  }),
);

const ResumeMasterKeyInput = builder.inputType('ResumeMasterKeyInput', {
  description: 'Which master key shall write again.',
  fields: (t) => ({ masterKeyId: t.id({ required: true, description: masterKeyIdDescription }) }),
});

builder.mutationField('resumeMasterKey', (t) =>
  t.field({
    type: changedMasterKeysType('ResumeMasterKeySuccess', 'The key writes again.'),
    nullable: true,
    complexity: 2 * REMOTE,
    description: 'Lets a suspended master key write again. For administrators.',
    args: { input: t.arg({ type: ResumeMasterKeyInput, required: true, description: 'Which key.' }) },
    errors: {
      types: masterKeyErrors,
      union: {
        name: 'ResumeMasterKeyResult',
        description: 'The master keys as they are now, or why none was resumed.',
      },
    },
    resolve: async (_root, { input }, context) => {
      const asker = context.asker(context.signedIn());
      const masterKeyId = uuidOf(input.masterKeyId, 'MasterKey');
      resultOf(await context.services.vault.resumeMasterKey({ masterKeyId }, asker));
      return changedMasterKeys(context);
    },
  }),
);

const MarkMasterKeyCompromisedInput = builder.inputType('MarkMasterKeyCompromisedInput', {
  description: 'Which master key somebody else may know, and how that came.',
  fields: (t) => ({
    masterKeyId: t.id({ required: true, description: masterKeyIdDescription }),
    reason: t.string({ required: true, description: reasonDescription }),
  }),
});

builder.mutationField('markMasterKeyCompromised', (t) =>
  t.field({
    type: changedMasterKeysType('MarkMasterKeyCompromisedSuccess', 'The key never writes again.'),
    nullable: true,
    complexity: 2 * REMOTE,
    description:
      'Marks a master key as compromised, for good. What it wraps is opened only until a rotation has wrapped it anew. For administrators.',
    args: { input: t.arg({ type: MarkMasterKeyCompromisedInput, required: true, description: 'Which key, and why.' }) },
    errors: {
      types: masterKeyErrors,
      union: {
        name: 'MarkMasterKeyCompromisedResult',
        description: 'The master keys as they are now, or why none was marked.',
      },
    },
    resolve: async (_root, { input: { reason, ...input } }, context) => {
      const asker = context.asker(context.signedIn());
      const masterKeyId = uuidOf(input.masterKeyId, 'MasterKey');
      const command = parseInput(MarkMasterKeyCompromised.input, { masterKeyId, reason });
      resultOf(await context.services.vault.markMasterKeyCompromised(command, asker));
      return changedMasterKeys(context);
    },
  }),
);
