import { ADMIN_USER } from '@keyledger/infra-nats';
import { DEAD_LETTERS_STREAM, EVENTS_STREAM } from '@keyledger/messaging';
import { jetstream, type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { System } from './system.ts';

export interface PublishedEvent {
  readonly id: string;
  readonly subject: string;
}

export interface JetStreamView {
  /** Every message of the stream of events, in its order: an event may be there more than once. */
  readonly events: readonly PublishedEvent[];
  /** Reactors that have not finished with everything, and how much is left to them. */
  readonly unfinished: readonly string[];
  /** Subjects: service and reactor. */
  readonly deadLetters: readonly string[];
}

const FETCH = 1_000;

const readEvents = async (connection: NatsConnection, manager: JetStreamManager): Promise<PublishedEvent[]> => {
  const { state } = await manager.streams.info(EVENTS_STREAM);
  const consumer = await jetstream(connection).consumers.get(EVENTS_STREAM);
  const events: PublishedEvent[] = [];
  while (events.length < state.messages)
    for await (const { headers, subject } of await consumer.fetch({ max_messages: FETCH, expires: 1_000 }))
      events.push({ id: headers?.get('ce-id') ?? '', subject });
  return events;
};

/** What an administrator of NATS sees. */
export const lookAtJetStream = async ({ stack }: System): Promise<JetStreamView> => {
  const pass = stack.secrets.natsPasswords[ADMIN_USER].value;
  const connection = await connect({ servers: stack.natsUrl, user: ADMIN_USER, pass });
  try {
    const manager = await jetstreamManager(connection);
    const unfinished: string[] = [];
    for await (const { name, config, num_pending: pending, num_ack_pending: unacked } of manager.consumers.list(
      EVENTS_STREAM,
    ))
      if (config.durable_name !== undefined && pending + unacked > 0)
        unfinished.push(`${name}: ${pending} to come, ${unacked} under way`);
    const { state } = await manager.streams.info(DEAD_LETTERS_STREAM, { subjects_filter: '>' });
    const events = await readEvents(connection, manager);
    return { events, unfinished, deadLetters: Object.keys(state.subjects ?? {}) };
  } finally {
    await connection.close();
  }
};
