import type { InMemoryRequestReply } from '@keyledger/messaging/testing';
import type { ReconciliationNatsHandlers } from '../src/adapters/nats/reconciliation.nats-handlers.ts';
import { reconciliationOperations } from './vault-client.ts';

const {
  AcknowledgeDifference,
  ListDifferences,
  ListLeaseUsage,
  ListReconciliations,
  ReconcileIssuer,
  RepairDifference,
} = reconciliationOperations;

export const answerReconciliation = (
  requestReply: InMemoryRequestReply,
  handlers: ReconciliationNatsHandlers,
): void => {
  requestReply.handle(ReconcileIssuer, (input, caller) => handlers.reconcileIssuer(input, caller));
  requestReply.handle(RepairDifference, (input, caller) => handlers.repairDifference(input, caller));
  requestReply.handle(AcknowledgeDifference, (input, caller) => handlers.acknowledgeDifference(input, caller));
  requestReply.handle(ListDifferences, (input, caller) => handlers.listDifferences(input, caller));
  requestReply.handle(ListReconciliations, (input, caller) => handlers.listReconciliations(input, caller));
  requestReply.handle(ListLeaseUsage, (input, caller) => handlers.listLeaseUsage(input, caller));
};
