import {
  ListMasterKeys,
  MarkMasterKeyCompromised,
  ResumeMasterKey,
  RetireMasterKey,
  RotateMasterKey,
  SuspendMasterKey,
} from '@keyledger/contracts-vault';
import type { InputOf, MessageContext, ReplyOf } from '@keyledger/messaging';
import { Caller, Handles } from '@keyledger/messaging-nats';
import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import type { VaultOperations } from '../../application/vault-operations.ts';
import { VAULT_OPERATIONS } from './vault.nats-handlers.ts';

@Controller()
export class MasterKeyNatsHandlers {
  readonly #operations: VaultOperations;

  constructor(@Inject(VAULT_OPERATIONS) operations: VaultOperations) {
    this.#operations = operations;
  }

  @Handles(ListMasterKeys)
  listMasterKeys(
    @Payload() input: InputOf<typeof ListMasterKeys>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof ListMasterKeys>> {
    return this.#operations.listMasterKeys(input, caller);
  }

  @Handles(RotateMasterKey)
  rotateMasterKey(
    @Payload() input: InputOf<typeof RotateMasterKey>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof RotateMasterKey>> {
    return this.#operations.rotateMasterKey(input, caller);
  }

  @Handles(RetireMasterKey)
  retireMasterKey(
    @Payload() input: InputOf<typeof RetireMasterKey>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof RetireMasterKey>> {
    return this.#operations.retireMasterKey(input, caller);
  }

  @Handles(SuspendMasterKey)
  suspendMasterKey(
    @Payload() input: InputOf<typeof SuspendMasterKey>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof SuspendMasterKey>> {
    return this.#operations.suspendMasterKey(input, caller);
  }

  @Handles(ResumeMasterKey)
  resumeMasterKey(
    @Payload() input: InputOf<typeof ResumeMasterKey>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof ResumeMasterKey>> {
    return this.#operations.resumeMasterKey(input, caller);
  }

  @Handles(MarkMasterKeyCompromised)
  markMasterKeyCompromised(
    @Payload() input: InputOf<typeof MarkMasterKeyCompromised>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof MarkMasterKeyCompromised>> {
    return this.#operations.markMasterKeyCompromised(input, caller);
  }
}
