import { RevealLease } from '@keyledger/contracts-vault';
import { type Clock, commandHandler, EVENT_STORE, type EventStore } from '@keyledger/event-sourcing';
import { clientOf, REQUEST_REPLY, type RequestReply } from '@keyledger/messaging';
import { CLOCK, deadLetterParts } from '@keyledger/nest-kit';
import { type DynamicModule, Inject, Module, type OnModuleDestroy, type Provider } from '@nestjs/common';
import {
  DELIVERY_OPERATIONS,
  DeliveryNatsHandlers,
  type DeliveryOperations,
} from './adapters/nats/delivery.nats-handlers.ts';
import { openLink } from './application/commands/open-link.handler.ts';
import { resendLink } from './application/commands/resend-link.handler.ts';
import { DELIVERY_DIRECTORY, type DeliveryDirectory } from './application/ports/delivery-rows.port.ts';
import { LINK_TOKENS, type LinkTokens } from './application/ports/link-tokens.port.ts';
import { type Mailer, MAILER } from './application/ports/mailer.port.ts';
import type { DeliveryHandler } from './application/processes/send-link.runner.ts';
import { findDeliveriesByRequest } from './application/queries/find-deliveries-by-request.query.ts';
import { getLink } from './application/queries/get-link.query.ts';
import type { DeliveryConfig } from './config.ts';
import { delivery } from './domain/delivery/delivery.decider.ts';
import { outside } from './outside.providers.ts';
import { DELIVERY_HANDLER, DELIVERY_REACTORS, reactors } from './reactors.providers.ts';

const operations = ({ links }: DeliveryConfig): Provider => ({
  provide: DELIVERY_OPERATIONS,
  inject: [EVENT_STORE, DELIVERY_HANDLER, LINK_TOKENS, DELIVERY_DIRECTORY, REQUEST_REPLY, CLOCK],
  useFactory: (
    eventStore: EventStore,
    handle: DeliveryHandler,
    linkTokens: LinkTokens,
    directory: DeliveryDirectory,
    requestReply: RequestReply,
    clock: Clock,
  ): DeliveryOperations => ({
    getLink: getLink({ eventStore, linkTokens, clock }),
    openLink: openLink({
      eventStore,
      handle,
      linkTokens,
      vault: clientOf(requestReply, { RevealLease }),
      clock,
    }),
    resendLink: resendLink({ handle, links, clock }),
    findDeliveriesByRequest: findDeliveriesByRequest({ eventStore, directory, clock }),
  }),
});

@Module({})
class DeliveryModule implements OnModuleDestroy {
  readonly #mailer: Mailer;

  constructor(@Inject(MAILER) mailer: Mailer) {
    this.#mailer = mailer;
  }

  async onModuleDestroy(): Promise<void> {
    await this.#mailer.close();
  }
}

const deadLetter = deadLetterParts('delivery', DELIVERY_REACTORS);

export const deliveryModule = (config: DeliveryConfig, platform: DynamicModule): DynamicModule => ({
  module: DeliveryModule,
  imports: [platform],
  controllers: [DeliveryNatsHandlers, ...deadLetter.controllers],
  providers: [
    ...outside(config),
    {
      provide: DELIVERY_HANDLER,
      inject: [EVENT_STORE],
      useFactory: (eventStore: EventStore): DeliveryHandler => commandHandler(eventStore, delivery),
    },
    operations(config),
    reactors(config),
    ...deadLetter.providers,
  ],
});
