import type {
  AcknowledgeDifference,
  ListDifferences,
  ListLeaseUsage,
  ListReconciliations,
  ReconcileIssuer,
  RepairDifference,
} from '@keyledger/contracts-vault';
import type { InputOf, MessageContext, Operation, ReplyOf } from '@keyledger/messaging';
import { type ReconciliationHandlerDeps, reconciliationHandlers } from '../commands/reconciliation.handlers.ts';
import type { LeaseUsageReader } from '../ports/lease-usage-table.port.ts';
import { differenceQueries } from '../queries/differences.query.ts';
import { leaseUsageQuery } from '../queries/lease-usage.query.ts';

type Answer<O extends Operation> = (input: InputOf<O>, caller: MessageContext) => Promise<ReplyOf<O>>;

/** What the vault answers about issuers' lists, and about how keys are used. */
export interface ReconciliationOperations {
  readonly reconcileIssuer: Answer<typeof ReconcileIssuer>;
  readonly repairDifference: Answer<typeof RepairDifference>;
  readonly acknowledgeDifference: Answer<typeof AcknowledgeDifference>;
  readonly listDifferences: Answer<typeof ListDifferences>;
  readonly listReconciliations: Answer<typeof ListReconciliations>;
  readonly listLeaseUsage: Answer<typeof ListLeaseUsage>;
}

type Deps = ReconciliationHandlerDeps & { readonly usage: LeaseUsageReader };

export const reconciliationOperations = (deps: Deps): ReconciliationOperations => {
  const queries = differenceQueries(deps.eventStore, deps.issuers, deps.differences);
  const usageOf = leaseUsageQuery(deps.usage);
  return {
    ...reconciliationHandlers(deps),
    listDifferences: (input, { principal }) => queries.list(input, principal),
    listReconciliations: (_input, { principal }) => queries.reconciliations(principal),
    listLeaseUsage: (input, { principal }) => usageOf(input, principal),
  };
};
