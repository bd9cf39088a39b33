import { CHECKPOINT_STORE, type CheckpointStore, EVENT_STORE, type EventStore } from '@keyledger/event-sourcing';
import { ANNOUNCER, type Announcer } from '@keyledger/messaging';
import { natsAnnouncer } from '@keyledger/messaging-nats';
import { LOGGER, NATS_CONNECTION, PG_POOL, STOPPING } from '@keyledger/nest-kit';
import type { Logger } from '@keyledger/telemetry';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Provider } from '@nestjs/common';
import { hmacLinkTokens } from './adapters/crypto/hmac.link-tokens.ts';
import { etaMailTemplates } from './adapters/mail/eta.mail-templates.ts';
import { NodemailerMailer } from './adapters/mail/nodemailer.mailer.ts';
import { postgresDeliveryDirectory } from './adapters/postgres/postgres.delivery-rows.ts';
import { DELIVERY_DIRECTORY } from './application/ports/delivery-rows.port.ts';
import { LINK_TOKENS } from './application/ports/link-tokens.port.ts';
import { MAIL_TEMPLATES } from './application/ports/mail-templates.port.ts';
import { MAILER } from './application/ports/mailer.port.ts';
import { publication } from './application/publication.ts';
import type { DeliveryConfig } from './config.ts';
import { mailEnded } from './telemetry-events.ts';

/** How long a mail may still be on its way when the service stops; a mail that is cut off may arrive twice. */
const GRACE_MS = 4_000;

const graceAfter = (stopping: AbortSignal): AbortSignal => {
  const over = new AbortController();
  stopping.addEventListener('abort', () => setTimeout(() => over.abort(), GRACE_MS).unref(), { once: true });
  return over.signal;
};

/** Links, mails and the server that sends them, what is known of deliveries, and who is told of them. */
export const outside = ({ smtp, publicUrl, supportContact, linkKeys }: DeliveryConfig): Provider[] => [
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
