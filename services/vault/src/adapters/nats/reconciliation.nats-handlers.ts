import {
  AcknowledgeDifference,
  ListDifferences,
  ListLeaseUsage,
  ListReconciliations,
  ReconcileIssuer,
  RepairDifference,
} from '@keyledger/contracts-vault';
import type { InputOf, MessageContext, ReplyOf } from '@keyledger/messaging';
import { Caller, Handles } from '@keyledger/messaging-nats';
import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import type { ReconciliationOperations } from '../../application/reconciliation/reconciliation-operations.ts';

export const RECONCILIATION_OPERATIONS: unique symbol = Symbol('ReconciliationOperations');

@Controller()
export class ReconciliationNatsHandlers {
  readonly #operations: ReconciliationOperations;

  constructor(@Inject(RECONCILIATION_OPERATIONS) operations: ReconciliationOperations) {
    this.#operations = operations;
  }

  @Handles(ReconcileIssuer)
  reconcileIssuer(
    @Payload() input: InputOf<typeof ReconcileIssuer>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof ReconcileIssuer>> {
    return this.#operations.reconcileIssuer(input, caller);
  }

  @Handles(RepairDifference)
  repairDifference(
    @Payload() input: InputOf<typeof RepairDifference>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof RepairDifference>> {
    return this.#operations.repairDifference(input, caller);
  }

  @Handles(AcknowledgeDifference)
  acknowledgeDifference(
    @Payload() input: InputOf<typeof AcknowledgeDifference>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof AcknowledgeDifference>> {
    return this.#operations.acknowledgeDifference(input, caller);
  }

  @Handles(ListDifferences)
  listDifferences(
    @Payload() input: InputOf<typeof ListDifferences>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof ListDifferences>> {
    return this.#operations.listDifferences(input, caller);
  }

  @Handles(ListReconciliations)
  listReconciliations(
    @Payload() input: InputOf<typeof ListReconciliations>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof ListReconciliations>> {
    return this.#operations.listReconciliations(input, caller);
  }

  @Handles(ListLeaseUsage)
  listLeaseUsage(
    @Payload() input: InputOf<typeof ListLeaseUsage>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof ListLeaseUsage>> {
    return this.#operations.listLeaseUsage(input, caller);
  }
}
