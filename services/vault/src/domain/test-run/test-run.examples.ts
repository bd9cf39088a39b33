import type { Actor } from '@keyledger/event-sourcing';
import type { FinishSecretTest, StartTestRun, TestRunEvent } from './test-run.messages.ts';

type EventOfType<Type extends TestRunEvent['type']> = Extract<TestRunEvent, { type: Type }>;

const runId = '01930f70-0001-7c4e-9d5a-2f8f4f0f6d11';
export const [first, second] = [
  '01930f5e-8100-7c4e-9d5a-2f8f4f0f6d11',
  '01930f5e-8101-7c4e-9d5a-2f8f4f0f6d11',
] as const;

const ada: Actor = { kind: 'user', id: 'ada@example.com', proof: 'session', roles: ['member'] };

export const testRunStarted: EventOfType<'TestRunStarted'> = {
  type: 'TestRunStarted',
  data: {
    runId,
    startedBy: { ...ada, roles: [...ada.roles] },
    secretIds: [first, second],
    model: 'gpt-4o-mini',
    startedAt: '2026-11-21T12:00:00.000Z',
  },
};

export const secretTestFinished: EventOfType<'SecretTestFinished'> = {
  type: 'SecretTestFinished',
  data: {
    runId,
    secretId: first,
    test: {
      outcome: 'ok',
      message: 'OpenAI accepts the key and answers with gpt-4o-mini',
      stage: 'complete',
      latencyMs: 120,
      testedAt: '2026-11-21T12:00:01.000Z',
    },
    finishedAt: '2026-11-21T12:00:01.000Z',
  },
};

export const secretTestRefused: EventOfType<'SecretTestFinished'> = {
  type: 'SecretTestFinished',
  data: {
    runId,
    secretId: second,
    refusal: { code: 'secret-not-found', message: 'There is no such secret, or it is not yours' },
    finishedAt: '2026-11-21T12:00:02.000Z',
  },
};

export const testRunCompleted: EventOfType<'TestRunCompleted'> = {
  type: 'TestRunCompleted',
  data: { runId, completedAt: '2026-11-21T12:00:02.000Z' },
};

export const startTestRun: StartTestRun = {
  type: 'StartTestRun',
  data: { runId, startedBy: ada, secretIds: [first, second], model: 'gpt-4o-mini', now: testRunStarted.data.startedAt },
};

const { finishedAt, ...tested } = secretTestFinished.data;
export const finishSecretTest: FinishSecretTest = { type: 'FinishSecretTest', data: { ...tested, now: finishedAt } };

const { finishedAt: refusedAt, ...refused } = secretTestRefused.data;
export const refuseSecretTest: FinishSecretTest = { type: 'FinishSecretTest', data: { ...refused, now: refusedAt } };
