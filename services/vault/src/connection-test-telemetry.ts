import { isAppError } from '@keyledger/errors';
import { counter, type Logger } from '@keyledger/telemetry';
import type { ConnectionTestOperations } from './application/connection-tests/connection-test-operations.ts';
import type { RecordedTest } from './application/connection-tests/recorded-test.ts';
import { versionOf } from './domain/secret/secret.state.ts';

const tests = counter({
  name: 'vault.connection.tested',
  description: 'Tests whether a key works, by what came of them',
  unit: '{test}',
  attributes: ['provider', 'outcome'],
});

interface Tested {
  /** Absent where none was asked. */
  readonly provider: string | undefined;
  readonly outcome: string;
  readonly latencyMs?: number;
  readonly secretId?: string;
  readonly caller: string;
  readonly correlationId: string;
}

/** Neither the key nor what the provider wrote is in any of it. */
const tell = (logger: Logger, { provider = 'none', ...tested }: Tested): void => {
  tests.add(1, { provider, outcome: tested.outcome });
  logger.info({ provider, ...tested }, 'A key was tested');
};

/** Counts and logs tests of values that nobody keeps. */
export const withConnectionTestEvents = (
  logger: Logger,
  operations: ConnectionTestOperations,
): ConnectionTestOperations => ({
  ...operations,
  testKey: async (input, caller) => {
    const by = { caller: caller.principal.id, correlationId: caller.correlationId };
    const reply = await operations.testKey(input, caller).catch((error: unknown) => {
      if (isAppError(error, 'rate-limited')) tell(logger, { provider: undefined, outcome: 'too-many-tests', ...by });
      throw error;
    });
    if (reply.outcome === 'refused') tell(logger, { provider: undefined, outcome: reply.code, ...by });
    else {
      const { outcome, latencyMs } = reply.result;
      tell(logger, { provider: input.provider, outcome, latencyMs, ...by });
    }
    return reply;
  },
});

/** Counts and logs tests of secrets, whoever asks for them. */
export const withTestEvents =
  (logger: Logger, test: RecordedTest): RecordedTest =>
  async (secret, wanted, context) => {
    const answer = await test(secret, wanted, context);
    const { secretId, version } = wanted;
    const by = { secretId, caller: context.actor.id, correlationId: context.correlationId };
    if (answer.outcome === 'refused') tell(logger, { provider: undefined, outcome: answer.code, ...by });
    else {
      const { outcome, latencyMs } = answer.test;
      tell(logger, { provider: versionOf(secret, version)?.connection?.provider, outcome, latencyMs, ...by });
    }
    return answer;
  };

export const testRunFailed = (logger: Logger, error: unknown, runId?: string): void => {
  logger.warn({ runId, err: error }, 'A test of many secrets could not go on; it is taken up again in a moment');
};

export const scheduledTestFailed = (logger: Logger, error: unknown, secretId?: string): void => {
  logger.warn({ secretId, err: error }, 'A test by schedule failed; it comes again in a moment');
};
