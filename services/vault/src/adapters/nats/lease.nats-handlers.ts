import {
  ChangeLeaseLimits,
  ConfirmKeyEnded,
  GetBulkRevocation,
  HandInKey,
  IssueLease,
  ListCustodianTasks,
  ListLeases,
  PreviewLeaseRevocation,
  RenewLease,
  ResumeLease,
  RetireLeaseKey,
  RevokeLease,
  RevokeLeases,
  RotateLease,
  SuspendLease,
} from '@keyledger/contracts-vault';
import type { InputOf, MessageContext, ReplyOf } from '@keyledger/messaging';
import { Caller, Handles } from '@keyledger/messaging-nats';
import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import type { LeaseOperations } from '../../application/lease-operations.ts';

export const LEASE_OPERATIONS: unique symbol = Symbol('LeaseOperations');

@Controller()
export class LeaseNatsHandlers {
  readonly #operations: LeaseOperations;

  constructor(@Inject(LEASE_OPERATIONS) operations: LeaseOperations) {
    this.#operations = operations;
  }

  @Handles(IssueLease)
  issueLease(
    @Payload() input: InputOf<typeof IssueLease>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof IssueLease>> {
    return this.#operations.issueLease(input, caller);
  }

  @Handles(RenewLease)
  renewLease(
    @Payload() input: InputOf<typeof RenewLease>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof RenewLease>> {
    return this.#operations.renewLease(input, caller);
  }

  @Handles(ChangeLeaseLimits)
  changeLeaseLimits(
    @Payload() input: InputOf<typeof ChangeLeaseLimits>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof ChangeLeaseLimits>> {
    return this.#operations.changeLeaseLimits(input, caller);
  }

  @Handles(SuspendLease)
  suspendLease(
    @Payload() input: InputOf<typeof SuspendLease>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof SuspendLease>> {
    return this.#operations.suspendLease(input, caller);
  }

  @Handles(ResumeLease)
  resumeLease(
    @Payload() input: InputOf<typeof ResumeLease>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof ResumeLease>> {
    return this.#operations.resumeLease(input, caller);
  }

  @Handles(RotateLease)
  rotateLease(
    @Payload() input: InputOf<typeof RotateLease>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof RotateLease>> {
    return this.#operations.rotateLease(input, caller);
  }

  @Handles(RetireLeaseKey)
  retireLeaseKey(
    @Payload() input: InputOf<typeof RetireLeaseKey>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof RetireLeaseKey>> {
    return this.#operations.retireLeaseKey(input, caller);
  }

  @Handles(RevokeLease)
  revokeLease(
    @Payload() input: InputOf<typeof RevokeLease>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof RevokeLease>> {
    return this.#operations.revokeLease(input, caller);
  }

  @Handles(RevokeLeases)
  revokeLeases(
    @Payload() input: InputOf<typeof RevokeLeases>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof RevokeLeases>> {
    return this.#operations.revokeLeases(input, caller);
  }

  @Handles(HandInKey)
  handInKey(
    @Payload() input: InputOf<typeof HandInKey>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof HandInKey>> {
    return this.#operations.handInKey(input, caller);
  }

  @Handles(ConfirmKeyEnded)
  confirmKeyEnded(
    @Payload() input: InputOf<typeof ConfirmKeyEnded>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof ConfirmKeyEnded>> {
    return this.#operations.confirmKeyEnded(input, caller);
  }

  @Handles(ListLeases)
  listLeases(
    @Payload() input: InputOf<typeof ListLeases>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof ListLeases>> {
    return this.#operations.listLeases(input, caller);
  }

  @Handles(PreviewLeaseRevocation)
  previewLeaseRevocation(
    @Payload() input: InputOf<typeof PreviewLeaseRevocation>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof PreviewLeaseRevocation>> {
    return this.#operations.previewLeaseRevocation(input, caller);
  }

  @Handles(GetBulkRevocation)
  getBulkRevocation(
    @Payload() input: InputOf<typeof GetBulkRevocation>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof GetBulkRevocation>> {
    return this.#operations.getBulkRevocation(input, caller);
  }

  @Handles(ListCustodianTasks)
  listCustodianTasks(
    @Payload() input: InputOf<typeof ListCustodianTasks>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof ListCustodianTasks>> {
    return this.#operations.listCustodianTasks(input, caller);
  }
}
