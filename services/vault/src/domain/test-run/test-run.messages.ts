import { type Actor, defineEvent, eventCodec, type EventOf, type Message } from '@keyledger/event-sourcing';
import { z } from 'zod';
import { stages, testOutcomes, testWarnings } from '../providers/connection-test.ts';

/** More belong into several runs: one run is one stream. */
export const MOST_SECRETS = 500;

/** Who asked, as they had proven to be then: each secret is opened by their right. */
const actorSchema = z.object({
  kind: z.enum(['user', 'service', 'anonymous']),
  id: z.string().min(1),
  proof: z.string(),
  roles: z.array(z.string()),
});

/** What a provider said of one secret of the run. */
const testedSchema = z.object({
  outcome: z.enum(testOutcomes),
  message: z.string(),
  warning: z.enum(testWarnings).optional(),
  stage: z.enum(stages),
  latencyMs: z.int().min(0),
  retryAfterSeconds: z.int().min(0).optional(),
  testedAt: z.iso.datetime(),
});

/** Why a secret was not tested. */
const refusalSchema = z.object({ code: z.string().min(1), message: z.string().min(1) });

const events = {
  TestRunStarted: defineEvent(
    z.object({
      runId: z.uuid(),
      startedBy: actorSchema,
      secretIds: z.array(z.uuid()).min(1).max(MOST_SECRETS),
      /** A chat is held with it for each secret. */
      model: z.string().min(1).optional(),
      startedAt: z.iso.datetime(),
    }),
  ),
  SecretTestFinished: defineEvent(
    z.object({
      runId: z.uuid(),
      secretId: z.uuid(),
      test: testedSchema.optional(),
      refusal: refusalSchema.optional(),
      finishedAt: z.iso.datetime(),
    }),
  ),
  TestRunCompleted: defineEvent(z.object({ runId: z.uuid(), completedAt: z.iso.datetime() })),
};

export const testRunCodec = eventCodec(events);

export type TestRunEvent = EventOf<typeof events>;

export type SecretTestFinished = Extract<TestRunEvent, { type: 'SecretTestFinished' }>['data'];

type Command<Type extends string, Data> = Message<Type, Readonly<Data & { runId: string; now: string }>>;

export type StartTestRun = Command<
  'StartTestRun',
  { startedBy: Actor; secretIds: readonly string[]; model?: string | undefined }
>;

/** One of `test` and `refusal`. */
export type FinishSecretTest = Command<
  'FinishSecretTest',
  { secretId: string } & Pick<SecretTestFinished, 'test' | 'refusal'>
>;

export type TestRunCommand = StartTestRun | FinishSecretTest;

export type TestRunRefusal = 'test-run-not-found' | 'secret-not-in-run';
