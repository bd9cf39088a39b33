import { z } from 'zod';
import { builder, REMOTE } from '../../builder.ts';
import { parseInput } from '../../errors/invalid-input.ts';
import { refusalClasses, resultOf } from '../../errors/refusals.ts';
import { uuidOf } from '../global-id.ts';
import {
  changedMasterKeys,
  changedMasterKeysType,
  masterKeyErrors,
  masterKeyIdDescription,
} from './changed-master-keys.ts';

/** Deriving a key from a passphrase, or asking a key service far away, takes its time. */
const PATIENCE_MS = 30_000;

const namedSchema = z.object({ idempotencyKey: z.uuid().nullish() });

const RotateMasterKeyInput = builder.inputType('RotateMasterKeyInput', {
  description: 'A new master key from the source that the vault is configured to write with.',
  fields: (t) => ({
    idempotencyKey: t.id({
      description: 'A UUID chosen by the client: the same one again answers with the rotation that it began.',
    }),
  }),
});

builder.mutationField('rotateMasterKey', (t) =>
  t.field({
    type: changedMasterKeysType(
      'RotateMasterKeySuccess',
      'The new key writes; the rest is wrapped anew in the background.',
    ),
    nullable: true,
    complexity: 2 * REMOTE,
    description:
      'Makes a new master key, which wraps new data keys at once; the others are wrapped anew in the background. Moving to ' +
      'another source or another passphrase is the same operation. For administrators.',
    args: { input: t.arg({ type: RotateMasterKeyInput, required: true, description: 'The rotation.' }) },
    errors: {
      types: masterKeyErrors,
      union: {
        name: 'RotateMasterKeyResult',
        description: 'The master keys as they are now, or why none was rotated.',
      },
    },
    resolve: async (_root, { input }, context) => {
      const asker = context.asker(context.signedIn());
      const { idempotencyKey } = parseInput(namedSchema, input);
      const named = idempotencyKey ? { messageId: idempotencyKey } : {};
      resultOf(await context.services.vault.rotateMasterKey({}, { ...asker, ...named, timeoutMs: PATIENCE_MS }));
      return changedMasterKeys(context);
    },
  }),
);

const RetireMasterKeyInput = builder.inputType('RetireMasterKeyInput', {
  description: 'Which master key to destroy.',
  fields: (t) => ({ masterKeyId: t.id({ required: true, description: masterKeyIdDescription }) }),
});

builder.mutationField('retireMasterKey', (t) =>
  t.field({
    type: changedMasterKeysType('RetireMasterKeySuccess', 'The key is destroyed.'),
    nullable: true,
    complexity: 2 * REMOTE,
    description: 'Destroys a master key that wraps nothing any more. Cannot be undone. For administrators.',
    args: { input: t.arg({ type: RetireMasterKeyInput, required: true, description: 'Which key.' }) },
    errors: {
      types: [...masterKeyErrors, refusalClasses['still-wraps']],
      union: {
        name: 'RetireMasterKeyResult',
        description: 'The master keys as they are now, or why it was not retired.',
      },
    },
    resolve: async (_root, { input }, context) => {
      const asker = context.asker(context.signedIn());
      const masterKeyId = uuidOf(input.masterKeyId, 'MasterKey');
      resultOf(await context.services.vault.retireMasterKey({ masterKeyId }, asker));
      return changedMasterKeys(context);
    },
  }),
);
