import type { Actor } from '@keyledger/event-sourcing';
import type { SecretTestFinished, TestRunEvent } from './test-run.messages.ts';

export interface StartedTestRun {
  readonly status: 'running' | 'completed';
  readonly startedBy: Actor;
  readonly secretIds: readonly string[];
  readonly model: string | undefined;
  readonly startedAt: string;
  readonly completedAt: string | undefined;
  /** By secret, in the order in which they came. */
  readonly results: ReadonlyMap<string, SecretTestFinished>;
}

export type TestRun = Readonly<{ status: 'absent' }> | StartedTestRun;

export const initialState: TestRun = { status: 'absent' };

/** The secrets whose tests are still to do. */
export const leftOf = ({ secretIds, results }: StartedTestRun): readonly string[] =>
  secretIds.filter((secretId) => !results.has(secretId));

export const evolve = (state: TestRun, event: TestRunEvent): TestRun => {
  if (event.type === 'TestRunStarted') {
    const { startedBy, secretIds, model, startedAt } = event.data;
    const begun = { results: new Map(), completedAt: undefined };
    return { status: 'running', startedBy, secretIds, model, startedAt, ...begun };
  }
  if (state.status === 'absent') return state;
  switch (event.type) {
    case 'SecretTestFinished':
      return { ...state, results: new Map([...state.results, [event.data.secretId, event.data]]) };
    case 'TestRunCompleted':
      return { ...state, status: 'completed', completedAt: event.data.completedAt };
  }
};
