import { type ConnectionTest, TestSecret } from '@keyledger/contracts-vault';
import { builder, REMOTE } from '../../builder.ts';
import { parseInput } from '../../errors/invalid-input.ts';
import { refusalClasses, resultOf } from '../../errors/refusals.ts';
import { uuidOf } from '../global-id.ts';
import { custodyErrors, secretIdDescription } from '../secret/changed-secret.ts';
import { SecretType } from '../secret/secret.type.ts';
import { secretSource, type SecretSource } from '../sources.ts';
import { ConnectionTestType, TEST_PATIENCE_MS, testedModelDescription } from './connection-test.type.ts';

const TestSecretInput = builder.inputType('TestSecretInput', {
  description: 'Which secret to test. It is shown to the address that was named with its value and to no other.',
  fields: (t) => ({
    secretId: t.id({ required: true, description: secretIdDescription }),
    version: t.int({ description: 'Number of the version; absent: the one that counts.' }),
    model: t.string({ description: testedModelDescription }),
  }),
});

interface TestedSecret {
  readonly secret: SecretSource;
  readonly test: ConnectionTest;
}

const TestSecretSuccess = builder.objectRef<TestedSecret>('TestSecretSuccess').implement({
  description: 'The provider was asked. What it says may still be no.',
  fields: (t) => ({
    secret: t.expose('secret', { type: SecretType, description: 'The secret, with this result.' }),
    test: t.expose('test', { type: ConnectionTestType, description: 'What the provider says.' }),
  }),
});

builder.mutationField('testSecret', (t) =>
  t.field({
    type: TestSecretSuccess,
    nullable: true,
    complexity: REMOTE,
    description: 'Shows a secret to its provider; that it is opened is recorded. For its owner and administrators.',
    args: { input: t.arg({ type: TestSecretInput, required: true, description: 'Which secret.' }) },
    errors: {
      types: [
        ...custodyErrors,
        refusalClasses['secret-shredded'],
        refusalClasses['secret-unreadable'],
        refusalClasses['version-not-found'],
        refusalClasses['connection-unknown'],
      ],
      union: { name: 'TestSecretResult', description: 'What the provider says, or why it was not asked.' },
    },
    resolve: async (_root, { input: { version, model, ...input } }, context) => {
      const asker = context.asker(context.signedIn());
      const command = parseInput(TestSecret.input, {
        secretId: uuidOf(input.secretId, 'Secret'),
        ...(version === null || version === undefined ? {} : { version }),
        ...(model ? { model } : {}),
      });
      const reply = await context.services.vault.testSecret(command, { ...asker, timeoutMs: TEST_PATIENCE_MS });
      const { view, test } = resultOf(reply).result;
      return { secret: secretSource(view, context.reader), test };
    },
  }),
);
