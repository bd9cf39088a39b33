import {
  GetSecret,
  GetSubmissionKey,
  GrantCheckout,
  ListSecrets,
  ReplaceSecret,
  RestoreSecret,
  RevealSecret,
  RevealSecrets,
  RevokeCheckoutGrant,
  RotateSubmissionKey,
  SealSecret,
  SealSecrets,
  ShredSecret,
} from '@keyledger/contracts-vault';
import type { InputOf, MessageContext, ReplyOf } from '@keyledger/messaging';
import { Caller, Handles } from '@keyledger/messaging-nats';
import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import type { SecretOperations } from '../../application/secret-operations.ts';

export const SECRET_OPERATIONS: unique symbol = Symbol('SecretOperations');

@Controller()
export class SecretNatsHandlers {
  readonly #operations: SecretOperations;

  constructor(@Inject(SECRET_OPERATIONS) operations: SecretOperations) {
    this.#operations = operations;
  }

  @Handles(SealSecret)
  sealSecret(
    @Payload() input: InputOf<typeof SealSecret>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof SealSecret>> {
    return this.#operations.sealSecret(input, caller);
  }

  @Handles(SealSecrets)
  sealSecrets(
    @Payload() input: InputOf<typeof SealSecrets>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof SealSecrets>> {
    return this.#operations.sealSecrets(input, caller);
  }

  @Handles(ReplaceSecret)
  replaceSecret(
    @Payload() input: InputOf<typeof ReplaceSecret>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof ReplaceSecret>> {
    return this.#operations.replaceSecret(input, caller);
  }

  @Handles(RestoreSecret)
  restoreSecret(
    @Payload() input: InputOf<typeof RestoreSecret>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof RestoreSecret>> {
    return this.#operations.restoreSecret(input, caller);
  }

  @Handles(ShredSecret)
  shredSecret(
    @Payload() input: InputOf<typeof ShredSecret>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof ShredSecret>> {
    return this.#operations.shredSecret(input, caller);
  }

  @Handles(RevealSecret)
  revealSecret(
    @Payload() input: InputOf<typeof RevealSecret>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof RevealSecret>> {
    return this.#operations.revealSecret(input, caller);
  }

  @Handles(RevealSecrets)
  revealSecrets(
    @Payload() input: InputOf<typeof RevealSecrets>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof RevealSecrets>> {
    return this.#operations.revealSecrets(input, caller);
  }

  @Handles(GrantCheckout)
  grantCheckout(
    @Payload() input: InputOf<typeof GrantCheckout>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof GrantCheckout>> {
    return this.#operations.grantCheckout(input, caller);
  }

  @Handles(RevokeCheckoutGrant)
  revokeCheckoutGrant(
    @Payload() input: InputOf<typeof RevokeCheckoutGrant>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof RevokeCheckoutGrant>> {
    return this.#operations.revokeCheckoutGrant(input, caller);
  }

  @Handles(RotateSubmissionKey)
  rotateSubmissionKey(
    @Payload() input: InputOf<typeof RotateSubmissionKey>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof RotateSubmissionKey>> {
    return this.#operations.rotateSubmissionKey(input, caller);
  }

  @Handles(GetSubmissionKey)
  getSubmissionKey(
    @Payload() input: InputOf<typeof GetSubmissionKey>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof GetSubmissionKey>> {
    return this.#operations.getSubmissionKey(input, caller);
  }

  @Handles(GetSecret)
  getSecret(
    @Payload() input: InputOf<typeof GetSecret>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof GetSecret>> {
    return this.#operations.getSecret(input, caller);
  }

  @Handles(ListSecrets)
  listSecrets(
    @Payload() input: InputOf<typeof ListSecrets>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof ListSecrets>> {
    return this.#operations.listSecrets(input, caller);
  }
}
