import { GetTestRun, ListConnectionProviders, TestKey, TestSecret, TestSecrets } from '@keyledger/contracts-vault';
import type { InputOf, MessageContext, ReplyOf } from '@keyledger/messaging';
import { Caller, Handles } from '@keyledger/messaging-nats';
import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import type { ConnectionTestOperations } from '../../application/connection-tests/connection-test-operations.ts';

export const CONNECTION_TEST_OPERATIONS: unique symbol = Symbol('ConnectionTestOperations');

@Controller()
export class ConnectionTestNatsHandlers {
  readonly #operations: ConnectionTestOperations;

  constructor(@Inject(CONNECTION_TEST_OPERATIONS) operations: ConnectionTestOperations) {
    this.#operations = operations;
  }

  @Handles(TestKey)
  testKey(
    @Payload() input: InputOf<typeof TestKey>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof TestKey>> {
    return this.#operations.testKey(input, caller);
  }

  @Handles(TestSecret)
  testSecret(
    @Payload() input: InputOf<typeof TestSecret>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof TestSecret>> {
    return this.#operations.testSecret(input, caller);
  }

  @Handles(TestSecrets)
  testSecrets(
    @Payload() input: InputOf<typeof TestSecrets>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof TestSecrets>> {
    return this.#operations.testSecrets(input, caller);
  }

  @Handles(GetTestRun)
  getTestRun(
    @Payload() input: InputOf<typeof GetTestRun>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof GetTestRun>> {
    return this.#operations.getTestRun(input, caller);
  }

  @Handles(ListConnectionProviders)
  listConnectionProviders(
    @Payload() input: InputOf<typeof ListConnectionProviders>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof ListConnectionProviders>> {
    return this.#operations.listConnectionProviders(input, caller);
  }
}
