import type { IntegrationEvent } from '@keyledger/messaging';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Logger } from '../logger.ts';
import { decodeCloudEvent } from '../events/cloud-event.ts';

export interface LiveEventsOptions {
  readonly connection: NatsConnection;
  /** For example `keyledger.*.event.>`. */
  readonly subject: string;
  readonly logger: Logger;
  readonly onEvent: (event: IntegrationEvent) => void;
}

/**
 * Hears events as they are published, at most once and only from now on: for tests that look at what a service publishes,
 * never for work that must be done. The data is not checked. The result ends it.
 */
export const liveEvents = async ({ connection, subject, logger, onEvent }: LiveEventsOptions): Promise<() => void> => {
  const events = connection.subscribe(subject, {
    callback: (error, message) => {
      try {
        if (error !== null) throw error;
        onEvent(decodeCloudEvent(message.headers, message.string()));
      } catch (failure) {
        logger.warn({ err: failure, subject: error === null ? message.subject : subject }, 'A live event was dropped');
      }
    },
  });
  await connection.flush();
  return () => events.unsubscribe();
};
