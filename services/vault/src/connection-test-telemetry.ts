import { counter, type Logger } from '@keyledger/telemetry';
import type { ConnectionTestOperations } from './application/connection-tests/connection-test-operations.ts';

const tests = counter({
  name: 'vault.connection.tested',
  description: 'Tests whether a key works, by what came of them',
  unit: '{test}',
  attributes: ['provider', 'outcome'],
});

/** Counts and logs tests. Neither the key nor what the provider wrote is in any of it. */
export const withConnectionTestEvents = (
  logger: Logger,
  operations: ConnectionTestOperations,
): ConnectionTestOperations => ({
  ...operations,
  testKey: async (input, caller) => {
    const reply = await operations.testKey(input, caller);
    const outcome = reply.outcome === 'accepted' ? reply.result.outcome : 'refused';
    const { provider } = input;
    tests.add(1, { provider: reply.outcome === 'refused' ? 'none' : provider, outcome });
    const latency = reply.outcome === 'accepted' ? { latencyMs: reply.result.latencyMs } : {};
    const by = { caller: caller.principal.id, correlationId: caller.correlationId };
    logger.info({ provider, outcome, ...latency, ...by }, 'A key was tested');
    return reply;
  },
});
