import { TestKey } from '@keyledger/contracts-vault';
import { handIn } from '../../application/secrets.ts';
import { builder, REMOTE } from '../../builder.ts';
import { InvalidInput, parseInput } from '../../errors/invalid-input.ts';
import { refusalClasses, resultOf } from '../../errors/refusals.ts';
import { TooManyRequests } from '../../errors/too-many-requests.ts';
import { valueErrors } from '../secret/changed-secret.ts';
import { TEST_PATIENCE_MS, testedModelDescription, testedType } from './connection-test.type.ts';

const TestKeyInput = builder.inputType('TestKeyInput', {
  description: 'A key that nobody keeps yet, and where it belongs.',
  fields: (t) => ({
    provider: t.string({ required: true, description: 'Name of the provider, such as `openai`.' }),
    value: t.string({ description: 'The key; absent where a connection does without one.' }),
    baseUrl: t.string({
      description: 'Address of the API; absent: that of the provider, where all customers share one.',
    }),
    model: t.string({ description: testedModelDescription }),
  }),
});

builder.mutationField('testKey', (t) =>
  t.field({
    type: testedType('TestKeySuccess', 'The provider was asked. What it says may still be no.'),
    nullable: true,
    complexity: 2 * REMOTE,
    description: 'Shows a key to its provider without keeping it. For whoever is signed in.',
    args: { input: t.arg({ type: TestKeyInput, required: true, description: 'The key, and where it belongs.' }) },
    errors: {
      types: [
        InvalidInput,
        TooManyRequests,
        refusalClasses['not-permitted'],
        refusalClasses['provider-unknown'],
        refusalClasses['address-missing'],
        ...valueErrors,
      ],
      union: { name: 'TestKeyResult', description: 'What the provider says, or why it was not asked.' },
    },
    resolve: async (_root, { input: { provider, value, baseUrl, model } }, context) => {
      const asker = context.asker(context.signedIn());
      const wanted = parseInput(TestKey.input, {
        provider,
        ...(baseUrl ? { baseUrl } : {}),
        ...(model ? { model } : {}),
      });
      const handed =
        value === null || value === undefined
          ? {}
          : { submission: await handIn(context.services, context.sealSubmission, asker, value) };
      const options = { ...asker, timeoutMs: TEST_PATIENCE_MS };
      const reply = await context.services.vault
        .testKey({ ...wanted, ...handed }, options)
        .catch(TooManyRequests.rethrow);
      return { test: resultOf(reply).result };
    },
  }),
);
