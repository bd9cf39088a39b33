import { GetKeyHistory, ListAuditEvents } from '@keyledger/contracts-audit';
import type { InputOf, MessageContext, ReplyOf } from '@keyledger/messaging';
import { Caller, Handles } from '@keyledger/messaging-nats';
import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import type { GetKeyHistoryQuery } from '../../application/queries/get-key-history.query.ts';
import type { ListAuditEventsQuery } from '../../application/queries/list-audit-events.query.ts';

/** Everything that others may ask audit. */
export interface AuditOperations {
  readonly listAuditEvents: ListAuditEventsQuery;
  readonly getKeyHistory: GetKeyHistoryQuery;
}

export const AUDIT_OPERATIONS: unique symbol = Symbol('AuditOperations');

@Controller()
export class AuditNatsHandlers {
  readonly #operations: AuditOperations;

  constructor(@Inject(AUDIT_OPERATIONS) operations: AuditOperations) {
    this.#operations = operations;
  }

  @Handles(ListAuditEvents)
  listAuditEvents(
    @Payload() input: InputOf<typeof ListAuditEvents>,
    @Caller() { principal }: MessageContext,
  ): Promise<ReplyOf<typeof ListAuditEvents>> {
    return this.#operations.listAuditEvents(input, principal);
  }

  @Handles(GetKeyHistory)
  getKeyHistory(
    @Payload() input: InputOf<typeof GetKeyHistory>,
    @Caller() { principal }: MessageContext,
  ): Promise<ReplyOf<typeof GetKeyHistory>> {
    return this.#operations.getKeyHistory(input, principal);
  }
}
