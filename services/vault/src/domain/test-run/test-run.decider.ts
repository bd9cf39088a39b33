import { accept, type Decision, ignore, refuse, type StreamCategory } from '@keyledger/event-sourcing';
import {
  type FinishSecretTest,
  type StartTestRun,
  testRunCodec,
  type TestRunCommand,
  type TestRunEvent,
  type TestRunRefusal,
} from './test-run.messages.ts';
import { evolve, initialState, leftOf, type TestRun } from './test-run.state.ts';

type TestRunDecision = Decision<TestRunEvent, TestRunRefusal>;

const start = ({ data: { now, model, secretIds, ...data } }: StartTestRun, state: TestRun): TestRunDecision => {
  if (state.status !== 'absent') return ignore('this run is started already');
  const chat = model === undefined ? {} : { model };
  const started = { ...data, secretIds: [...new Set(secretIds)], ...chat, startedAt: now };
  const startedBy = { ...data.startedBy, roles: [...data.startedBy.roles] };
  return accept({ type: 'TestRunStarted', data: { ...started, startedBy } });
};

const finish = ({ data: { now, ...data } }: FinishSecretTest, state: TestRun): TestRunDecision => {
  if (state.status === 'absent') return refuse('test-run-not-found');
  if (!state.secretIds.includes(data.secretId)) return refuse('secret-not-in-run');
  if (state.results.has(data.secretId)) return ignore('the result of this secret is known');
  const finished: TestRunEvent = { type: 'SecretTestFinished', data: { ...data, finishedAt: now } };
  const isLast = leftOf(state).length === 1;
  return isLast
    ? accept<TestRunEvent>(finished, { type: 'TestRunCompleted', data: { runId: data.runId, completedAt: now } })
    : accept(finished);
};

const decide = (command: TestRunCommand, state: TestRun): TestRunDecision => {
  switch (command.type) {
    case 'StartTestRun':
      return start(command, state);
    case 'FinishSecretTest':
      return finish(command, state);
  }
};

/** One stream per run: a test of many secrets at once. */
export const testRun: StreamCategory<TestRun, TestRunCommand, TestRunEvent, TestRunRefusal> = {
  category: 'testRun',
  decider: { initialState, evolve, decide },
  codec: testRunCodec,
};
