import { counter, gauge, type Logger } from '@keyledger/telemetry';
import type { ReconciliationOperations } from './application/reconciliation/reconciliation-operations.ts';
import type { ReconcileIssuerOnce } from './application/reconciliation/reconcile-issuer.ts';
import type { DifferenceReader } from './application/ports/difference-table.port.ts';

const comparisons = counter({
  name: 'vault.reconciliation.completed',
  description: 'Comparisons of the list of an issuer with the ledger',
  attributes: ['issuer'],
});

const failures = counter({
  name: 'vault.reconciliation.failed',
  description: 'Comparisons and readings of usage that could not be finished',
  attributes: ['task', 'issuer'],
});

/** An alert belongs on this one: somebody has to look. */
export const observeDifferences = (differences: DifferenceReader): void =>
  gauge({
    name: 'vault.differences',
    description: 'Differences between issuers and the ledger that wait for somebody, by kind',
    unit: '{difference}',
    attributes: ['kind'],
    observe: async () =>
      [...(await differences.countPending())].map(([kind, value]) => ({ value, attributes: { kind } })),
  });

export const issuerTaskFailed = (logger: Logger, task: 'reconcile' | 'read-usage', issuer: string, error: unknown) => {
  failures.add(1, { task, issuer });
  logger.warn({ task, issuer, err: error }, 'An issuer could not be looked after; it is tried again');
};

export const withComparisonEvents =
  (logger: Logger, reconcile: ReconcileIssuerOnce): ReconcileIssuerOnce =>
  async (issuer, runId, contextOf) => {
    const comparison = await reconcile(issuer, runId, contextOf);
    const fields = { issuer: issuer.name, runId, compared: comparison.compared };
    comparisons.add(1, { issuer: issuer.name });
    const count = comparison.differences.length;
    if (count > 0) logger.warn({ ...fields, differences: count }, 'The issuer and the ledger do not say the same');
    else logger.info(fields, 'The issuer and the ledger say the same');
    return comparison;
  };

/** Logs what was done about differences, and by whom. */
export const withDifferenceEvents = (
  logger: Logger,
  operations: ReconciliationOperations,
): ReconciliationOperations => ({
  ...operations,
  repairDifference: async (input, caller) => {
    const reply = await operations.repairDifference(input, caller);
    const by = { caller: caller.principal.id, correlationId: caller.correlationId, outcome: reply.outcome };
    const status = 'result' in reply ? reply.result.status : reply.code;
    logger.info({ ...by, ...input, status }, 'The repair of a difference was asked for');
    return reply;
  },
  acknowledgeDifference: async (input, caller) => {
    const reply = await operations.acknowledgeDifference(input, caller);
    const by = { caller: caller.principal.id, correlationId: caller.correlationId, outcome: reply.outcome };
    logger.info({ ...by, differenceId: input.differenceId }, 'A difference was let be');
    return reply;
  },
});
