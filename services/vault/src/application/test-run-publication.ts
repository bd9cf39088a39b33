import { TestRunCompleted, TestRunProgressed, TestRunStarted } from '@keyledger/contracts-vault';
import type { EventPublication } from '@keyledger/messaging';
import type { TestRunEvent } from '../domain/test-run/test-run.messages.ts';

/** How far a run is; what providers wrote is told to whoever may ask for the run. */
export const ofTestRun = ({ type, data }: TestRunEvent): ReturnType<EventPublication> => {
  const { runId } = data;
  switch (type) {
    case 'TestRunStarted':
      return { definition: TestRunStarted, data: { runId, total: data.secretIds.length } };
    case 'SecretTestFinished': {
      const { secretId, test } = data;
      return { definition: TestRunProgressed, data: { runId, secretId, outcome: test?.outcome ?? 'not-tested' } };
    }
    case 'TestRunCompleted':
      return { definition: TestRunCompleted, data: { runId } };
  }
};
