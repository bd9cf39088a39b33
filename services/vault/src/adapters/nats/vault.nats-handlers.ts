import { FindLeaseByRequest, GetLease, ListIssuerModels, RevealLease } from '@keyledger/contracts-vault';
import type { InputOf, MessageContext, ReplyOf } from '@keyledger/messaging';
import { Caller, Handles } from '@keyledger/messaging-nats';
import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import type { VaultOperations } from '../../application/vault-operations.ts';

export const VAULT_OPERATIONS: unique symbol = Symbol('VaultOperations');

@Controller()
export class VaultNatsHandlers {
  readonly #operations: VaultOperations;

  constructor(@Inject(VAULT_OPERATIONS) operations: VaultOperations) {
    this.#operations = operations;
  }

  @Handles(RevealLease)
  revealLease(
    @Payload() input: InputOf<typeof RevealLease>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof RevealLease>> {
    return this.#operations.revealLease(input, caller);
  }

  @Handles(GetLease)
  getLease(
    @Payload() input: InputOf<typeof GetLease>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof GetLease>> {
    return this.#operations.getLease(input, caller);
  }

  @Handles(FindLeaseByRequest)
  findLeaseByRequest(
    @Payload() input: InputOf<typeof FindLeaseByRequest>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof FindLeaseByRequest>> {
    return this.#operations.findLeaseByRequest(input, caller);
  }

  @Handles(ListIssuerModels)
  listIssuerModels(
    @Payload() input: InputOf<typeof ListIssuerModels>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof ListIssuerModels>> {
    return this.#operations.listIssuerModels(input, caller);
  }
}
