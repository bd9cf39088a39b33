import { AppError } from '@keyledger/errors';
import type { EventStore } from '@keyledger/event-sourcing';
import type { Announcer, EventPublication } from '@keyledger/messaging';
import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { PublicationDefect, publishedEvent } from './published-event.ts';
import { ensureStreams } from './streams.ts';

export interface NatsAnnouncerOptions {
  readonly eventStore: EventStore;
  readonly connection: NatsConnection;
  readonly publication: EventPublication;
}

/**
 * Publishes beside the relay, which alone keeps the order of first publications. The cause is a part of the message id:
 * under the id of the event alone the server would drop it as a double.
 */
export const natsAnnouncer = ({ eventStore, connection, publication }: NatsAnnouncerOptions): Announcer => ({
  announceAgain: async (stream, types, cause) => {
    for await (const recorded of eventStore.readStream(stream)) {
      const encoded = types.includes(recorded.type) ? publishedEvent(publication, recorded) : undefined;
      if (encoded === undefined) continue;
      const { subject, payload, headers } = encoded;
      await reaching(async () => {
        await ensureStreams(connection);
        await jetstream(connection).publish(subject, payload, { headers, msgID: `${recorded.id}/${cause}` });
      });
    }
  },
});

const reaching = async (work: () => Promise<void>): Promise<void> => {
  try {
    await work();
  } catch (error) {
    if (error instanceof PublicationDefect) throw error;
    throw new AppError('unavailable', 'JetStream does not take events at the moment', { cause: error });
  }
};
