import { TestSecrets } from '@keyledger/contracts-vault';
import { builder, REMOTE } from '../../builder.ts';
import { InvalidInput, parseInput } from '../../errors/invalid-input.ts';
import { refusalClasses, resultOf } from '../../errors/refusals.ts';
import { uuidOf } from '../global-id.ts';
import { testRunSource, type TestRunSource } from '../sources.ts';
import { testedModelDescription } from './connection-test.type.ts';
import { TestRunType } from './test-run.type.ts';

const TestSecretsInput = builder.inputType('TestSecretsInput', {
  description: 'Which secrets to test.',
  fields: (t) => ({
    secretIds: t.idList({
      description: 'Global ids or UUIDs, up to 500. Absent: all of the owner that say where they belong.',
    }),
    owner: t.string({
      description: 'Whose; absent: of whoever asks. Others, for example `system`, are for administrators.',
    }),
    model: t.string({ description: testedModelDescription }),
  }),
});

interface Started {
  readonly run: TestRunSource;
}

const TestSecretsSuccess = builder.objectRef<Started>('TestSecretsSuccess').implement({
  description: 'The run has begun.',
  fields: (t) => ({
    run: t.expose('run', { type: TestRunType, description: 'The run; `testRunUpdated` tells how far it is.' }),
  }),
});

builder.mutationField('testSecrets', (t) =>
  t.field({
    type: TestSecretsSuccess,
    nullable: true,
    complexity: REMOTE,
    description: 'Begins to test many secrets, some at a time, and answers at once. Each by the right of whoever asks.',
    args: { input: t.arg({ type: TestSecretsInput, required: true, description: 'Which secrets.' }) },
    errors: {
      types: [InvalidInput, refusalClasses['not-permitted'], refusalClasses['nothing-to-test']],
      union: { name: 'TestSecretsResult', description: 'The run, or why there is none.' },
    },
    resolve: async (_root, { input: { secretIds, owner, model } }, context) => {
      const asker = context.asker(context.signedIn());
      const command = parseInput(TestSecrets.input, {
        ...(secretIds ? { secretIds: secretIds.map((id) => uuidOf(id, 'Secret')) } : {}),
        ...(owner ? { owner } : {}),
        ...(model ? { model } : {}),
      });
      const { result } = resultOf(await context.services.vault.testSecrets(command, asker));
      return { run: testRunSource(result, context.reader) };
    },
  }),
);
