import { isTransient } from '@keyledger/errors';
import { type Clock, type EventStore, loadStream } from '@keyledger/event-sourcing';
import { boundedWait } from '../../domain/providers/retry-after.ts';
import { secret as secrets } from '../../domain/secret/secret.decider.ts';
import type { KeptSecret } from '../../domain/secret/secret.state.ts';
import { eachOf } from '../each-of.ts';
import { inRounds } from '../in-rounds.ts';
import { ownContext } from '../own-context.ts';
import type { LeaseLock } from '../ports/lease-lock.port.ts';
import type { SecretReader } from '../ports/secret-table.port.ts';
import type { SealStatus } from '../processes/unsealing.ts';
import type { RecordedTest } from './recorded-test.ts';

/** Secrets looked at in one round; those that are tried leave the list, so the others come in the next. */
const ROUND = 100;

/** Nobody waits for it; it has the limit of every test. */
const PATIENCE_MS = 120_000;

/** Held by the replica that tests. */
const LOCK = 'scheduled-connection-tests';

export interface ScheduledTestsDeps {
  readonly eventStore: EventStore;
  readonly reader: SecretReader;
  readonly testRecorded: RecordedTest;
  readonly lock: LeaseLock;
  readonly sealStatus: () => SealStatus;
  readonly clock: Clock;
  /** How long a result is good. */
  readonly everyMs: number;
  /** Tests at a time. */
  readonly parallel: number;
  /** Pause between two looks for what is due. */
  readonly intervalMs: number;
  readonly report: (error: unknown, secretId?: string) => void;
}

export interface ScheduledTests {
  /** Tests what is due, unless another replica does. Throws what is worth another attempt. */
  round(): Promise<void>;
  /** Rounds until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/** The list lags behind, so the stream has the last word. A provider that asked for patience gets it, up to a day. */
const isDue = ({ triedAt, lastTest, isShredded }: KeptSecret, before: Date, now: Date): boolean => {
  if (isShredded || (triedAt !== undefined && triedAt >= before.toISOString())) return false;
  const { testedAt, retryAfterSeconds = 0 } = lastTest ?? {};
  return testedAt === undefined || Date.parse(testedAt) + boundedWait(retryAfterSeconds) * 1_000 <= now.getTime();
};

/**
 * Shows every secret that says where it belongs to its provider from time to time, by the call that costs nothing; never a
 * chat. One replica works at a time; were its lock lost, a secret would be shown twice and its result recorded once.
 */
export const scheduledTests = (deps: ScheduledTestsDeps): ScheduledTests => {
  const { eventStore, reader, testRecorded, lock, sealStatus, clock, everyMs, parallel, intervalMs, report } = deps;

  const testIfDue = async (secretId: string, before: Date): Promise<void> => {
    const { state } = await loadStream(eventStore, secrets, secretId);
    const now = clock();
    if (state.status === 'absent' || sealStatus().isSealed || !isDue(state, before, now)) return;
    const wanted = { secretId, version: state.current, deadlineAt: now.getTime() + PATIENCE_MS };
    await testRecorded(state, wanted, ownContext(now)).catch((error: unknown) => {
      if (isTransient(error)) throw error;
      report(error, secretId);
    });
  };

  const round = async (): Promise<void> => {
    if (sealStatus().isSealed) return;
    await lock.tryHold(LOCK, async () => {
      const before = new Date(clock().getTime() - everyMs);
      const due = await reader.page({ isTestable: true, triedBefore: before.toISOString() }, ROUND);
      await eachOf(due, parallel, ({ secretId }) => testIfDue(secretId, before));
    });
  };

  return {
    round,
    run: (signal) => inRounds(() => round().catch((error: unknown) => report(error)), intervalMs, signal),
  };
};
