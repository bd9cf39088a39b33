import type { MessageContext } from '@keyledger/messaging';
import { counter, type Logger } from '@keyledger/telemetry';
import type { ConnectionTestOperations } from './application/connection-tests/connection-test-operations.ts';

const tests = counter({
  name: 'vault.connection.tested',
  description: 'Tests whether a key works, by what came of them',
  unit: '{test}',
  attributes: ['provider', 'outcome'],
});

export const testRunFailed = (logger: Logger, error: unknown, runId?: string): void => {
  logger.warn({ runId, err: error }, 'A test of many secrets could not go on; it is taken up again in a moment');
};

interface Tested {
  readonly provider: string | undefined;
  readonly outcome: string;
  readonly latencyMs?: number;
}

/** Counts and logs tests. Neither the key nor what the provider wrote is in any of it. */
export const withConnectionTestEvents = (
  logger: Logger,
  operations: ConnectionTestOperations,
): ConnectionTestOperations => {
  const tell = (
    { provider = 'none', ...tested }: Tested,
    { principal, correlationId }: MessageContext,
    secretId?: string,
  ) => {
    tests.add(1, { provider, outcome: tested.outcome });
    logger.info({ provider, ...tested, secretId, caller: principal.id, correlationId }, 'A key was tested');
  };
  return {
    ...operations,
    testKey: async (input, caller) => {
      const reply = await operations.testKey(input, caller);
      if (reply.outcome === 'refused') tell({ provider: undefined, outcome: reply.code }, caller);
      else {
        const { outcome, latencyMs } = reply.result;
        tell({ provider: input.provider, outcome, latencyMs }, caller);
      }
      return reply;
    },
    testSecret: async (input, caller) => {
      const reply = await operations.testSecret(input, caller);
      if (reply.outcome === 'refused') tell({ provider: undefined, outcome: reply.code }, caller, input.secretId);
      else {
        const { view, test } = reply.result;
        const { outcome, latencyMs } = test;
        tell({ provider: view.connection?.provider, outcome, latencyMs }, caller, input.secretId);
      }
      return reply;
    },
  };
};
