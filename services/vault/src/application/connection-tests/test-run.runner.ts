import { isTransient } from '@keyledger/errors';
import {
  type Clock,
  type CommandContext,
  commandHandler,
  deriveSequentialId,
  type EventStore,
  loadStream,
} from '@keyledger/event-sourcing';
import { TestSecret } from '@keyledger/contracts-vault';
import { mayManage } from '../../domain/policies/custody.policy.ts';
import { secret as secrets } from '../../domain/secret/secret.decider.ts';
import { testRun as runs } from '../../domain/test-run/test-run.decider.ts';
import type { SecretTestFinished } from '../../domain/test-run/test-run.messages.ts';
import { leftOf, type StartedTestRun } from '../../domain/test-run/test-run.state.ts';
import { refusedWith } from '../commands/secret-refusals.ts';
import { eachOf } from '../each-of.ts';
import { inRounds } from '../in-rounds.ts';
import { ownContext } from '../own-context.ts';
import type { LeaseLock } from '../ports/lease-lock.port.ts';
import type { TestRunReader } from '../ports/test-run-table.port.ts';
import type { SealStatus } from '../processes/unsealing.ts';
import type { RecordedTest } from './recorded-test.ts';

/** Runs looked at in one round. */
const ROUND = 20;

/** Nobody waits for one test of a run; it has the limit of every test. */
const PATIENCE_MS = 120_000;

export interface TestRunDeps {
  readonly eventStore: EventStore;
  readonly testRecorded: RecordedTest;
  readonly reader: TestRunReader;
  readonly lock: LeaseLock;
  readonly sealStatus: () => SealStatus;
  readonly clock: Clock;
  /** Tests at a time, of one run. */
  readonly parallel: number;
  readonly intervalMs: number;
  readonly report: (error: unknown, runId?: string) => void;
}

type Result = Pick<SecretTestFinished, 'test' | 'refusal'>;

export interface TestRuns {
  /** Begins to work on a run and does not wait for it. */
  begin(runId: string): void;
  /** Works on a run until it is completed, unless another replica does. Throws what is worth another attempt. */
  proceed(runId: string): Promise<void>;
  /** Goes on with the runs that were left behind. */
  round(): Promise<void>;
  /** Rounds until `signal` aborts; then no further test begins, and those under way are waited for. */
  run(signal: AbortSignal): Promise<void>;
}

/**
 * Works on tests of many secrets. What is left to do stands in the stream of the run, so that any replica goes on where
 * another one ended; one works on a run at a time. Each secret is opened by the right of whoever started the run, as it is
 * then. A test that is repeated after a crash is the same reveal, and recorded once.
 */
export const testRunRunner = (deps: TestRunDeps): TestRuns => {
  const { eventStore, testRecorded, reader, lock, sealStatus, clock, parallel, intervalMs, report } = deps;
  const handle = commandHandler(eventStore, runs);
  const underWay = new Set<Promise<void>>();
  let isStopping = false;

  const refusal = (code: string): Result => {
    const { message, ...refused } = refusedWith(code, TestSecret);
    return { refusal: { code: refused.code, message } };
  };

  const testOf = async (runId: string, secretId: string, { startedBy, model }: StartedTestRun): Promise<Result> => {
    const { state } = await loadStream(eventStore, secrets, secretId);
    if (state.status === 'absent' || !mayManage(startedBy, state.owner)) return refusal('secret-not-found');
    if (state.origin === 'issued') return refusal('secret-is-issued');
    const now = clock();
    const context: CommandContext = {
      commandId: deriveSequentialId(runId, secretId),
      actor: startedBy,
      correlationId: runId,
      causationId: runId,
      occurredAt: now.toISOString(),
    };
    const wanted = { secretId, version: state.current, model, deadlineAt: now.getTime() + PATIENCE_MS };
    const answer = await testRecorded(state, wanted, context);
    if (answer.outcome === 'refused') return refusal(answer.code);
    const { providerMessage: _kept, ...test } = answer.test;
    return { test };
  };

  /** A defect of one test does not keep the run from its end. */
  const resultOf = (runId: string, secretId: string, state: StartedTestRun): Promise<Result> =>
    testOf(runId, secretId, state).catch((error: unknown) => {
      if (isTransient(error)) throw error;
      report(error, runId);
      return {
        refusal: { code: 'test-failed', message: 'The test failed for a reason of the vault; its log says why' },
      };
    });

  const work = async (runId: string): Promise<void> => {
    const { state } = await loadStream(eventStore, runs, runId);
    if (state.status !== 'running') return;
    await eachOf(leftOf(state), parallel, async (secretId) => {
      if (isStopping || sealStatus().isSealed) return;
      const result = await resultOf(runId, secretId, state);
      const data = { runId, secretId, ...result, now: clock().toISOString() };
      await handle(runId, { type: 'FinishSecretTest', data }, ownContext(clock(), runId));
    });
  };

  const proceed = async (runId: string): Promise<void> => {
    await lock.tryHold(`test-run-${runId}`, () => work(runId));
  };

  const round = async (): Promise<void> => {
    if (sealStatus().isSealed) return;
    for (const runId of await reader.unfinished(ROUND)) await proceed(runId);
  };

  return {
    begin: (runId) => {
      const work = proceed(runId)
        .catch((error: unknown) => report(error, runId))
        .finally(() => underWay.delete(work));
      underWay.add(work);
    },
    proceed,
    round,
    run: async (signal) => {
      await inRounds(() => round().catch((error: unknown) => report(error)), intervalMs, signal);
      isStopping = true;
      await Promise.all(underWay);
    },
  };
};
