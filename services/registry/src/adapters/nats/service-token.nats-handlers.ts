import {
  IssueServiceToken,
  ListServiceTokens,
  RevokeServiceToken,
  VerifyServiceToken,
} from '@keyledger/contracts-registry';
import type { InputOf, MessageContext, ReplyOf } from '@keyledger/messaging';
import { Caller, Handles } from '@keyledger/messaging-nats';
import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import type { serviceTokenHandlers } from '../../application/commands/service-token.handlers.ts';
import type { serviceTokenQueries } from '../../application/queries/service-token.queries.ts';

/** What the registry answers about the tokens of applications. */
export type ServiceTokenOperations = ReturnType<typeof serviceTokenHandlers> & ReturnType<typeof serviceTokenQueries>;

export const SERVICE_TOKEN_OPERATIONS: unique symbol = Symbol('ServiceTokenOperations');

@Controller()
export class ServiceTokenNatsHandlers {
  readonly #operations: ServiceTokenOperations;

  constructor(@Inject(SERVICE_TOKEN_OPERATIONS) operations: ServiceTokenOperations) {
    this.#operations = operations;
  }

  @Handles(IssueServiceToken)
  issueServiceToken(
    @Payload() input: InputOf<typeof IssueServiceToken>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof IssueServiceToken>> {
    return this.#operations.issue(input, caller);
  }

  @Handles(RevokeServiceToken)
  revokeServiceToken(
    @Payload() input: InputOf<typeof RevokeServiceToken>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof RevokeServiceToken>> {
    return this.#operations.revoke(input, caller);
  }

  @Handles(ListServiceTokens)
  listServiceTokens(
    @Payload() input: InputOf<typeof ListServiceTokens>,
    @Caller() { principal }: MessageContext,
  ): Promise<ReplyOf<typeof ListServiceTokens>> {
    return this.#operations.list(input, principal);
  }

  @Handles(VerifyServiceToken)
  verifyServiceToken(
    @Payload() input: InputOf<typeof VerifyServiceToken>,
    @Caller() { principal }: MessageContext,
  ): Promise<ReplyOf<typeof VerifyServiceToken>> {
    return this.#operations.verify(input, principal);
  }
}
