import { defineCommand, defineIntegrationEvent, defineQuery } from '@keyledger/messaging';
import { z } from 'zod';
import { connectionTestSchema, testedModelSchema, testOutcomes } from './connection.ts';
import { ownerSchema } from './secret.ts';

const MOST_SECRETS = 500;

export const testRunStatuses = ['running', 'completed'] as const;

/** What came of one secret: one of `test` and `refusal`. */
const testRunResultSchema = z.object({
  secretId: z.uuid(),
  test: connectionTestSchema.omit({ providerMessage: true }).optional(),
  /** Why it was not tested: a refusal of `TestSecret`, or `test-failed`. */
  refusal: z.object({ code: z.string(), message: z.string() }).optional(),
});

export const testRunViewSchema = z.object({
  runId: z.uuid(),
  status: z.enum(testRunStatuses),
  startedBy: z.string(),
  model: z.string().optional(),
  total: z.int().min(1),
  done: z.int().min(0),
  /** In the order in which they came. */
  results: z.array(testRunResultSchema),
  startedAt: z.iso.datetime(),
  completedAt: z.iso.datetime().optional(),
});

export type TestRunView = z.infer<typeof testRunViewSchema>;

/**
 * Tests many secrets, some at a time, and answers as soon as that has begun: `GetTestRun` and events tell how far it is.
 * Each is tested as by `TestSecret`, by the right of the principal.
 */
export const TestSecrets = defineCommand(
  'vault',
  'TestSecrets',
  z.strictObject({
    /** Default: the newest of `owner` that say where they belong, up to 500. */
    secretIds: z.array(z.uuid()).min(1).max(MOST_SECRETS).optional(),
    /** Default: the principal itself. Others only by administrators. */
    owner: ownerSchema.optional(),
    model: testedModelSchema.optional(),
  }),
  testRunViewSchema,
  ['not-permitted', 'nothing-to-test'],
);

/** `null` when there is none or the principal may not see it. Folds the stream: reads its own writes. */
export const GetTestRun = defineQuery(
  'vault',
  'GetTestRun',
  z.strictObject({ runId: z.uuid() }),
  testRunViewSchema.nullable(),
);

const define = <const Type extends string, Data>(type: Type, schema: z.ZodType<Data>) =>
  defineIntegrationEvent('vault', 'testRun', type, 1, schema);

const subject = z.object({ runId: z.uuid() });

export const TestRunStarted = define('TestRunStarted', subject.extend({ total: z.int().min(1) }));

/** One secret more is done. */
export const TestRunProgressed = define(
  'TestRunProgressed',
  subject.extend({ secretId: z.uuid(), outcome: z.enum([...testOutcomes, 'not-tested']) }),
);

export const TestRunCompleted = define('TestRunCompleted', subject);
