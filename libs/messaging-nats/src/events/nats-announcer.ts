import { AppError } from '@keyledger/errors';
import type { CheckpointStore, EventStore, Position } from '@keyledger/event-sourcing';
import type { Announcer, EventPublication, ServiceName } from '@keyledger/messaging';
import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { setRelayedUpTo } from './cloud-event.ts';
import { relayName } from './event-relay.ts';
import { publishedEvent } from './published-event.ts';
import { ensureStreams, epochOf } from './streams.ts';

export interface NatsAnnouncerOptions {
  readonly eventStore: EventStore;
  readonly connection: NatsConnection;
  /** With the checkpoint of the service's relay. */
  readonly checkpoints: Pick<CheckpointStore, 'read'>;
  readonly service: ServiceName;
  readonly publication: EventPublication;
}

/**
 * Publishes beside the relay, which alone keeps the order of first publications. The cause is a part of the message id:
 * under the id of the event alone the server would drop it as a double.
 */
export const natsAnnouncer = (options: NatsAnnouncerOptions): Announcer => {
  const { eventStore, connection, publication } = options;
  return {
    announceAgain: async (stream, types, cause) => {
      for await (const recorded of eventStore.readStream(stream)) {
        const encoded = types.includes(recorded.type) ? publishedEvent(publication, recorded) : undefined;
        if (encoded === undefined) continue;
        const { subject, payload, headers } = encoded;
        const relayed = await relayedUpTo(options);
        if (relayed !== undefined) setRelayedUpTo(headers, relayed);
        await reaching(() =>
          jetstream(connection).publish(subject, payload, { headers, msgID: `${recorded.id}/${cause}` }),
        );
      }
    },
  };
};

/** `undefined` when the relay has yet to publish everything to this stream; it then begins at the beginning anyway. */
const relayedUpTo = async ({
  connection,
  checkpoints,
  service,
}: NatsAnnouncerOptions): Promise<Position | undefined> => {
  const checkpoint = await checkpoints.read(relayName(service));
  const { events } = await reaching(() => ensureStreams(connection));
  return checkpoint?.epoch === epochOf(events) ? checkpoint.position : undefined;
};

const reaching = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work();
  } catch (error) {
    throw new AppError('unavailable', 'JetStream does not take events at the moment', { cause: error });
  }
};
