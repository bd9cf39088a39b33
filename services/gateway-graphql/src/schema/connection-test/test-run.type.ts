import type { TestRunView } from '@keyledger/contracts-vault';
import type { Reader } from '../../application/reader.ts';
import { builder, REMOTE } from '../../builder.ts';
import { encodeGlobalId } from '../global-id.ts';
import { enumValues } from '../enum-values.ts';
import { SecretType } from '../secret/secret.type.ts';
import { isSource, secretSource, testRunSource, type TestRunSource } from '../sources.ts';
import { ConnectionTestType } from './connection-test.type.ts';

const TestRunStatus = builder.enumType('TestRunStatus', {
  description: 'Whether a run has come to its end.',
  values: enumValues<TestRunView['status']>({
    running: 'Some secrets are still to be tested.',
    completed: 'Every secret has its result.',
  }),
});

type Result = TestRunView['results'][number];

interface ResultSource {
  readonly result: Result;
  readonly reader: Reader;
}

const NotTestedType = builder.objectRef<NonNullable<Result['refusal']>>('NotTested').implement({
  description: 'Why a secret was not tested.',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'For programs: as a test of this secret alone would be refused.' }),
    message: t.exposeString('message', { description: 'A sentence for people.' }),
  }),
});

const TestRunResultType = builder.objectRef<ResultSource>('TestRunResult').implement({
  description: 'What came of one secret: a test, or why there was none.',
  fields: (t) => ({
    testedId: t.id({
      description: 'Global id of the secret, whether it may be seen or not.',
      resolve: ({ result }) => encodeGlobalId('Secret', result.secretId),
    }),
    secret: t.field({
      type: SecretType,
      nullable: true,
      complexity: REMOTE,
      description: 'The secret as it is now; null when it may not be seen.',
      resolve: async ({ result, reader }) => {
        const view = await reader.secret(result.secretId);
        return view === null ? null : secretSource(view, reader);
      },
    }),
    test: t.field({
      type: ConnectionTestType,
      nullable: true,
      description: 'What the provider says.',
      resolve: ({ result }) => result.test,
    }),
    notTested: t.field({
      type: NotTestedType,
      nullable: true,
      description: 'Why it was not asked.',
      resolve: ({ result }) => result.refusal,
    }),
  }),
});

export const TestRunType = builder.objectRef<TestRunSource>('TestRun');

builder.node(TestRunType, {
  description: 'A test of many secrets. For whoever started it, administrators and auditors.',
  id: { resolve: ({ view }) => view.runId },
  isTypeOf: (value) => isSource('TestRun', value),
  loadOne: async (runId, context) => {
    context.signedIn();
    const view = await context.reader.testRun(runId);
    return view === null ? null : testRunSource(view, context.reader);
  },
  fields: (t) => ({
    status: t.field({
      type: TestRunStatus,
      description: 'Whether it has come to its end.',
      resolve: ({ view }) => view.status,
    }),
    startedBy: t.string({ description: 'Who started it.', resolve: ({ view }) => view.startedBy }),
    model: t.string({
      nullable: true,
      description: 'The model of the chats; null: keys were only shown.',
      resolve: ({ view }) => view.model,
    }),
    total: t.int({ description: 'How many secrets it has.', resolve: ({ view }) => view.total }),
    done: t.int({ description: 'How many of them have their result.', resolve: ({ view }) => view.done }),
    results: t.field({
      type: [TestRunResultType],
      description: 'The results so far, in the order in which they came.',
      resolve: ({ view, reader }) => view.results.map((result) => ({ result, reader })),
    }),
    startedAt: t.field({ type: 'DateTime', description: 'When it began.', resolve: ({ view }) => view.startedAt }),
    completedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it ended.',
      resolve: ({ view }) => view.completedAt,
    }),
  }),
});
