import { ReplaceSecret, SealSecret } from '@keyledger/contracts-vault';
import { handIn } from '../../application/secrets.ts';
import { builder, REMOTE } from '../../builder.ts';
import { InvalidInput, parseInput } from '../../errors/invalid-input.ts';
import { refusalClasses } from '../../errors/refusals.ts';
import { ConnectionInput, givenConnection } from '../connection-test/connection.type.ts';
import { uuidOf } from '../global-id.ts';
import {
  changedSecret,
  changedSecretType,
  connectionErrors,
  custodyErrors,
  secretIdDescription,
  valueDescription,
  valueErrors,
} from './changed-secret.ts';

const SealSecretInput = builder.inputType('SealSecretInput', {
  description: 'A secret to keep.',
  fields: (t) => ({
    label: t.string({ required: true, description: 'What people call it, on one line.' }),
    value: t.string({ required: true, description: valueDescription }),
    connection: t.field({
      type: ConnectionInput,
      description: 'Where the value belongs; absent: it cannot be tested later.',
    }),
    owner: t.string({
      description: 'Whose it is; absent: whoever asks. Others, for example `system`, are for administrators.',
    }),
    idempotencyKey: t.string({
      description: 'Chosen by the client; the same key with the same value again answers with the first secret.',
    }),
  }),
});

builder.mutationField('sealSecret', (t) =>
  t.field({
    type: changedSecretType('SealSecretSuccess', 'The secret lies sealed in the vault.'),
    nullable: true,
    complexity: 2 * REMOTE,
    description: 'Hands in a secret, which is encrypted to the vault at once.',
    args: { input: t.arg({ type: SealSecretInput, required: true, description: 'The secret.' }) },
    errors: {
      types: [
        InvalidInput,
        refusalClasses['not-permitted'],
        refusalClasses['secret-exists'],
        ...connectionErrors,
        ...valueErrors,
      ],
      union: { name: 'SealSecretResult', description: 'The secret, without its value, or why it was not taken.' },
    },
    resolve: async (_root, { input: { label, value, connection, owner, idempotencyKey } }, context) => {
      const asker = context.asker(context.signedIn());
      const submission = await handIn(context.services, context.sealSubmission, asker, value);
      const command = parseInput(SealSecret.input, {
        label,
        submission,
        ...givenConnection(connection),
        ...(owner ? { owner } : {}),
        ...(idempotencyKey ? { idempotencyKey } : {}),
      });
      return changedSecret(await context.services.vault.sealSecret(command, asker), context);
    },
  }),
);

const ReplaceSecretInput = builder.inputType('ReplaceSecretInput', {
  description: 'What to change of a secret. What is absent or null is kept.',
  fields: (t) => ({
    secretId: t.id({ required: true, description: secretIdDescription }),
    value: t.string({ description: `${valueDescription} Absent: the present one is kept.` }),
    label: t.string({ description: 'What people call it from now on.' }),
    connection: t.field({
      type: ConnectionInput,
      description: 'Where the value belongs from now on. Another address than before needs the value anew.',
    }),
  }),
});

builder.mutationField('replaceSecret', (t) =>
  t.field({
    type: changedSecretType('ReplaceSecretSuccess', 'The new version counts; the earlier one can be restored.'),
    nullable: true,
    complexity: 2 * REMOTE,
    description: 'Gives a secret another value, as a new version, or another label. For its owner and administrators.',
    args: { input: t.arg({ type: ReplaceSecretInput, required: true, description: 'What to change.' }) },
    errors: {
      types: [
        ...custodyErrors,
        refusalClasses['secret-shredded'],
        refusalClasses['value-required'],
        ...connectionErrors,
        ...valueErrors,
      ],
      union: { name: 'ReplaceSecretResult', description: 'The secret as it is now, or why it was not changed.' },
    },
    resolve: async (_root, { input: { value, label, connection, ...input } }, context) => {
      const asker = context.asker(context.signedIn());
      const secretId = uuidOf(input.secretId, 'Secret');
      // An empty text is a value, and a wrong one: it is not the same as none.
      const submission =
        value === null || value === undefined
          ? {}
          : { submission: await handIn(context.services, context.sealSubmission, asker, value) };
      const command = parseInput(ReplaceSecret.input, {
        secretId,
        ...submission,
        ...givenConnection(connection),
        ...(label ? { label } : {}),
      });
      return changedSecret(await context.services.vault.replaceSecret(command, asker), context);
    },
  }),
);
