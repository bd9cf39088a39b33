import { RestoreSecret, ShredSecret } from '@keyledger/contracts-vault';
import type { InputOf } from '@keyledger/messaging';
import { builder, REMOTE } from '../../builder.ts';
import { parseInput } from '../../errors/invalid-input.ts';
import { refusalClasses } from '../../errors/refusals.ts';
import { enumValues } from '../enum-values.ts';
import { uuidOf } from '../global-id.ts';
import { changedSecret, changedSecretType, custodyErrors, secretIdDescription } from './changed-secret.ts';

const RestoreSecretInput = builder.inputType('RestoreSecretInput', {
  description: 'Which version shall count again.',
  fields: (t) => ({
    secretId: t.id({ required: true, description: secretIdDescription }),
    version: t.int({ required: true, description: 'Number of the version.' }),
  }),
});

builder.mutationField('restoreSecret', (t) =>
  t.field({
    type: changedSecretType('RestoreSecretSuccess', 'The earlier version counts again.'),
    nullable: true,
    complexity: REMOTE,
    description: 'Lets an earlier version of a secret count again. For its owner and administrators.',
    args: { input: t.arg({ type: RestoreSecretInput, required: true, description: 'Which version.' }) },
    errors: {
      types: [
        ...custodyErrors,
        refusalClasses['secret-shredded'],
        refusalClasses['version-not-found'],
        refusalClasses['version-shredded'],
      ],
      union: { name: 'RestoreSecretResult', description: 'The secret as it is now, or why it was not restored.' },
    },
    resolve: async (_root, { input }, context) => {
      const asker = context.asker(context.signedIn());
      const secretId = uuidOf(input.secretId, 'Secret');
      const command = parseInput(RestoreSecret.input, { secretId, version: input.version });
      return changedSecret(await context.services.vault.restoreSecret(command, asker), context);
    },
  }),
);

const ShredScope = builder.enumType('ShredScope', {
  description: 'How much of a secret to destroy.',
  values: enumValues<InputOf<typeof ShredSecret>['scope']>({
    whole: 'All of it; the secret is at its end.',
    'expired-versions': 'Earlier versions that have not counted for as long as they are kept.',
  }),
});

const ShredSecretInput = builder.inputType('ShredSecretInput', {
  description: 'What to destroy for good.',
  fields: (t) => ({
    secretId: t.id({ required: true, description: secretIdDescription }),
    scope: t.field({ type: ShredScope, required: true, description: 'How much of it.' }),
    reason: t.string({ description: 'Recorded, up to 500 characters.' }),
  }),
});

builder.mutationField('shredSecret', (t) =>
  t.field({
    type: changedSecretType('ShredSecretSuccess', 'The data keys are destroyed; the history stays.'),
    nullable: true,
    complexity: REMOTE,
    description: 'Destroys data keys of a secret. Cannot be undone. For its owner and administrators.',
    args: { input: t.arg({ type: ShredSecretInput, required: true, description: 'What to destroy.' }) },
    errors: {
      types: custodyErrors,
      union: { name: 'ShredSecretResult', description: 'The secret as it is now, or why it was not shredded.' },
    },
    resolve: async (_root, { input: { scope, reason, ...input } }, context) => {
      const asker = context.asker(context.signedIn());
      const secretId = uuidOf(input.secretId, 'Secret');
      const command = parseInput(ShredSecret.input, { secretId, scope, ...(reason ? { reason } : {}) });
      return changedSecret(await context.services.vault.shredSecret(command, asker), context);
    },
  }),
);
