import {
  ApproveKeyRequest,
  DenyKeyRequest,
  GetKeyRequest,
  ListKeyRequests,
  ProveClaim,
  RetryKeyRequest,
  SubmitKeyRequest,
} from '@keyledger/contracts-approval';
import type { InputOf, MessageContext, ReplyOf } from '@keyledger/messaging';
import { Caller, Handles } from '@keyledger/messaging-nats';
import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import type { ApprovalOperations } from '../../application/approval-operations.ts';

export const APPROVAL_OPERATIONS: unique symbol = Symbol('ApprovalOperations');

@Controller()
export class ApprovalNatsHandlers {
  readonly #operations: ApprovalOperations;

  constructor(@Inject(APPROVAL_OPERATIONS) operations: ApprovalOperations) {
    this.#operations = operations;
  }

  @Handles(SubmitKeyRequest)
  submitKeyRequest(
    @Payload() input: InputOf<typeof SubmitKeyRequest>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof SubmitKeyRequest>> {
    return this.#operations.submitKeyRequest(input, caller);
  }

  @Handles(ApproveKeyRequest)
  approveKeyRequest(
    @Payload() input: InputOf<typeof ApproveKeyRequest>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof ApproveKeyRequest>> {
    return this.#operations.approveKeyRequest(input, caller);
  }

  @Handles(DenyKeyRequest)
  denyKeyRequest(
    @Payload() input: InputOf<typeof DenyKeyRequest>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof DenyKeyRequest>> {
    return this.#operations.denyKeyRequest(input, caller);
  }

  @Handles(RetryKeyRequest)
  retryKeyRequest(
    @Payload() input: InputOf<typeof RetryKeyRequest>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof RetryKeyRequest>> {
    return this.#operations.retryKeyRequest(input, caller);
  }

  @Handles(ProveClaim)
  proveClaim(
    @Payload() input: InputOf<typeof ProveClaim>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof ProveClaim>> {
    return this.#operations.proveClaim(input, caller);
  }

  @Handles(GetKeyRequest)
  getKeyRequest(
    @Payload() input: InputOf<typeof GetKeyRequest>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof GetKeyRequest>> {
    return this.#operations.getKeyRequest(input, caller);
  }

  @Handles(ListKeyRequests)
  listKeyRequests(
    @Payload() input: InputOf<typeof ListKeyRequests>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof ListKeyRequests>> {
    return this.#operations.listKeyRequests(input, caller);
  }
}
