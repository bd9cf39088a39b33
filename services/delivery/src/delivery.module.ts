import { RevealLease } from '@keyledger/contracts-vault';
import {
  CHECKPOINT_STORE,
  type CheckpointStore,
  type Clock,
  commandHandler,
  EVENT_STORE,
  type EventStore,
} from '@keyledger/event-sourcing';
import {
  ANNOUNCER,
  type Announcer,
  clientOf,
  type EventReactor,
  REQUEST_REPLY,
  type RequestReply,
} from '@keyledger/messaging';
import { natsAnnouncer } from '@keyledger/messaging-nats';
import { CLOCK, deadLetterParts, LOGGER, NATS_CONNECTION, PG_POOL, STOPPING } from '@keyledger/nest-kit';
import type { Logger } from '@keyledger/telemetry';
import type { NatsConnection } from '@nats-io/transport-node';
import { type DynamicModule, Inject, Module, type OnModuleDestroy, type Provider } from '@nestjs/common';
import { hmacLinkTokens } from './adapters/crypto/hmac.link-tokens.ts';
import { etaMailTemplates } from './adapters/mail/eta.mail-templates.ts';
import { NodemailerMailer } from './adapters/mail/nodemailer.mailer.ts';
import {
  DELIVERY_OPERATIONS,
  DeliveryNatsHandlers,
  type DeliveryOperations,
} from './adapters/nats/delivery.nats-handlers.ts';
import { postgresDeliveryDirectory } from './adapters/postgres/postgres.delivery-rows.ts';
import { openLink } from './application/commands/open-link.handler.ts';
import { resendLink } from './application/commands/resend-link.handler.ts';
import { keyReadyMail } from './application/mails/key-ready.mail.ts';
import { DELIVERY_DIRECTORY, type DeliveryDirectory } from './application/ports/delivery-rows.port.ts';
import { LINK_TOKENS, type LinkTokens } from './application/ports/link-tokens.port.ts';
import { MAIL_TEMPLATES, type MailTemplates } from './application/ports/mail-templates.port.ts';
import { type Mailer, MAILER } from './application/ports/mailer.port.ts';
import { type DeliveryHandler, sendLinkRunner } from './application/processes/send-link.runner.ts';
import { sendNotificationRunner } from './application/processes/send-notification.runner.ts';
import { findDeliveriesByRequest } from './application/queries/find-deliveries-by-request.query.ts';
import { getLink } from './application/queries/get-link.query.ts';
import { publication } from './application/publication.ts';
import { announceAgainWhenKeyRequestResumed } from './application/reactors/announce-again-when-key-request-resumed.reactor.ts';
import { deliverKeyWhenLeaseIssued } from './application/reactors/deliver-key-when-lease-issued.reactor.ts';
import { deliverKeyWhenLeaseRotated } from './application/reactors/deliver-key-when-lease-rotated.reactor.ts';
import { retryDeliveryWhenKeyRequestRetried } from './application/reactors/retry-delivery-when-key-request-retried.reactor.ts';
import { sendLinkWhenLinkIssued } from './application/reactors/send-link-when-link-issued.reactor.ts';
import { tellOwnerWhenExpiryReminderDue } from './application/reactors/tell-owner-when-expiry-reminder-due.reactor.ts';
import { tellOwnerWhenLeaseUnused } from './application/reactors/tell-owner-when-lease-unused.reactor.ts';
import { tellOwnerWhenThresholdReached } from './application/reactors/tell-owner-when-threshold-reached.reactor.ts';
import { tellRequesterWhenDenied } from './application/reactors/tell-requester-when-denied.reactor.ts';
import { tellRequesterWhenSentToReview } from './application/reactors/tell-requester-when-sent-to-review.reactor.ts';
import { tellReviewersWhenSentToReview } from './application/reactors/tell-reviewers-when-sent-to-review.reactor.ts';
import type { DeliveryConfig } from './config.ts';
import { delivery } from './domain/delivery/delivery.decider.ts';
import { notification } from './domain/notification/notification.decider.ts';
import { mailEnded } from './telemetry-events.ts';

export const DELIVERY_REACTORS: unique symbol = Symbol('DeliveryReactors');

const DELIVERY_HANDLER: unique symbol = Symbol('DeliveryHandler');

/** How long a mail may still be on its way when the service stops; a mail that is cut off may arrive twice. */
const GRACE_MS = 4_000;

const graceAfter = (stopping: AbortSignal): AbortSignal => {
  const over = new AbortController();
  stopping.addEventListener('abort', () => setTimeout(() => over.abort(), GRACE_MS).unref(), { once: true });
  return over.signal;
};

const adapters = ({ smtp, publicUrl, supportContact, linkKeys }: DeliveryConfig): Provider[] => [
  { provide: LINK_TOKENS, useFactory: () => hmacLinkTokens(linkKeys) },
  { provide: MAIL_TEMPLATES, useFactory: () => etaMailTemplates({ locale: 'en', publicUrl, supportContact }) },
  {
    provide: MAILER,
    inject: [LOGGER, STOPPING],
    useFactory: (logger: Logger, stopping: AbortSignal) =>
      new NodemailerMailer({
        smtp,
        replyTo: supportContact?.includes('@') === true ? supportContact : undefined,
        onOutcome: (outcome, reply) => mailEnded(logger, outcome, reply),
        signal: graceAfter(stopping),
      }),
  },
  { provide: DELIVERY_DIRECTORY, inject: [PG_POOL], useFactory: postgresDeliveryDirectory },
  {
    provide: ANNOUNCER,
    inject: [EVENT_STORE, NATS_CONNECTION, CHECKPOINT_STORE],
    useFactory: (eventStore: EventStore, connection: NatsConnection, checkpoints: CheckpointStore): Announcer =>
      natsAnnouncer({ eventStore, connection, checkpoints, service: 'delivery', publication }),
  },
];

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

const reactors = ({ links, retryWindowMs, publicUrl }: DeliveryConfig): Provider => ({
  provide: DELIVERY_REACTORS,
  inject: [EVENT_STORE, DELIVERY_HANDLER, LINK_TOKENS, DELIVERY_DIRECTORY, MAILER, MAIL_TEMPLATES, CLOCK, ANNOUNCER],
  useFactory: (
    eventStore: EventStore,
    handle: DeliveryHandler,
    linkTokens: LinkTokens,
    directory: DeliveryDirectory,
    mailer: Mailer,
    templates: MailTemplates,
    clock: Clock,
    announcer: Announcer,
  ): readonly EventReactor[] => {
    const compose = keyReadyMail({ templates, linkTokens, publicUrl });
    const sendLink = sendLinkRunner({ eventStore, handle, mailer, compose, clock, retryWindowMs });
    const sendNotification = sendNotificationRunner({
      eventStore,
      handle: commandHandler(eventStore, notification),
      mailer,
      templates,
      clock,
      retryWindowMs,
    });
    return [
      deliverKeyWhenLeaseIssued({ handle, sendLink, links, clock }),
      deliverKeyWhenLeaseRotated({ handle, sendLink, links, clock }),
      sendLinkWhenLinkIssued({ sendLink, clock }),
      retryDeliveryWhenKeyRequestRetried({ handle, directory, links, clock }),
      tellRequesterWhenDenied({ sendNotification, clock }),
      tellRequesterWhenSentToReview({ sendNotification, clock }),
      tellReviewersWhenSentToReview({ sendNotification, clock }),
      tellOwnerWhenThresholdReached({ sendNotification, clock }),
      tellOwnerWhenLeaseUnused({ sendNotification, clock }),
      tellOwnerWhenExpiryReminderDue({ sendNotification, clock }),
      announceAgainWhenKeyRequestResumed({ announcer, directory }),
    ];
  },
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
    ...adapters(config),
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
