import type { GetTestRun, TestRunView } from '@keyledger/contracts-vault';
import { type EventStore, loadStream } from '@keyledger/event-sourcing';
import { hasRole, type InputOf, type Principal, toActor } from '@keyledger/messaging';
import { hasProven } from '../../domain/policies/custody.policy.ts';
import { testRun as runs } from '../../domain/test-run/test-run.decider.ts';
import type { TestRun } from '../../domain/test-run/test-run.state.ts';

export const testRunView = (runId: string, run: TestRun): TestRunView | undefined => {
  if (run.status === 'absent') return undefined;
  const { status, startedBy, secretIds, model, startedAt, completedAt, results } = run;
  return {
    runId,
    status,
    startedBy: startedBy.id,
    ...(model === undefined ? {} : { model }),
    total: secretIds.length,
    done: results.size,
    results: [...results.values()].map(({ secretId, test, refusal }) => ({
      secretId,
      ...(test === undefined ? {} : { test }),
      ...(refusal === undefined ? {} : { refusal }),
    })),
    startedAt,
    ...(completedAt === undefined ? {} : { completedAt }),
  };
};

/** For whoever started the run, administrators and auditors. */
export const testRunQuery =
  (eventStore: EventStore) =>
  async ({ runId }: InputOf<typeof GetTestRun>, principal: Principal): Promise<TestRunView | null> => {
    const { state } = await loadStream(eventStore, runs, runId);
    const view = testRunView(runId, state);
    if (view === undefined) return null;
    const isOwn = hasProven(toActor(principal)) && principal.id === view.startedBy;
    return isOwn || hasRole(principal, 'admin', 'auditor') ? view : null;
  };
