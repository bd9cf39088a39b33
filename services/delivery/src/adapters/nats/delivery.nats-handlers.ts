import { FindDeliveriesByRequest, GetLink, OpenLink, ResendLink } from '@keyledger/contracts-delivery';
import type { InputOf, MessageContext, ReplyOf } from '@keyledger/messaging';
import { Caller, Handles } from '@keyledger/messaging-nats';
import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import type { OpenLinkCommand } from '../../application/commands/open-link.handler.ts';
import type { ResendLinkCommand } from '../../application/commands/resend-link.handler.ts';
import type { FindDeliveriesQuery } from '../../application/queries/find-deliveries-by-request.query.ts';
import type { GetLinkQuery } from '../../application/queries/get-link.query.ts';

/** Everything that others may ask delivery. */
export interface DeliveryOperations {
  readonly getLink: GetLinkQuery;
  readonly openLink: OpenLinkCommand;
  readonly resendLink: ResendLinkCommand;
  readonly findDeliveriesByRequest: FindDeliveriesQuery;
}

export const DELIVERY_OPERATIONS: unique symbol = Symbol('DeliveryOperations');

@Controller()
export class DeliveryNatsHandlers {
  readonly #operations: DeliveryOperations;

  constructor(@Inject(DELIVERY_OPERATIONS) operations: DeliveryOperations) {
    this.#operations = operations;
  }

  @Handles(GetLink)
  getLink(@Payload() input: InputOf<typeof GetLink>): Promise<ReplyOf<typeof GetLink>> {
    return this.#operations.getLink(input);
  }

  @Handles(OpenLink)
  openLink(
    @Payload() input: InputOf<typeof OpenLink>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof OpenLink>> {
    return this.#operations.openLink(input, caller);
  }

  @Handles(ResendLink)
  resendLink(
    @Payload() input: InputOf<typeof ResendLink>,
    @Caller() caller: MessageContext,
  ): Promise<ReplyOf<typeof ResendLink>> {
    return this.#operations.resendLink(input, caller);
  }

  @Handles(FindDeliveriesByRequest)
  findDeliveriesByRequest(
    @Payload() input: InputOf<typeof FindDeliveriesByRequest>,
    @Caller() { principal }: MessageContext,
  ): Promise<ReplyOf<typeof FindDeliveriesByRequest>> {
    return this.#operations.findDeliveriesByRequest(input, principal);
  }
}
