import { AppError } from '@keyledger/errors';
import {
  DEAD_LETTERS_STREAM,
  deadLetterSubject,
  type EventReactor,
  type IntegrationEvent,
  type ServiceName,
} from '@keyledger/messaging';
import { AckPolicy, type Consumer, jetstream, type JsMsg } from '@nats-io/jetstream';
import { nanos, type NatsConnection } from '@nats-io/transport-node';
import { connectionGeneration } from '../connection-state.ts';
import type { Logger } from '../logger.ts';
import { decodeCloudEvent } from './cloud-event.ts';
import { causeOf, type DeadLetterCause, readDeadLetterHeaders } from './dead-letter.ts';
import { reactTo } from './reaction.ts';
import { ensureConsumer, ensureStreams, managerOf } from './streams.ts';

export interface DeadLetter {
  readonly reactor: string;
  /** Absent when not even the envelope could be read. */
  readonly event: IntegrationEvent | undefined;
  readonly cause: DeadLetterCause;
  /** Deliveries before the event was given up. */
  readonly attempts: number;
  /** When it was given up, ISO 8601. */
  readonly at: string;
}

export interface ReplayReport {
  readonly succeeded: number;
  /** Still in the dead letters, with the cause of this time. */
  readonly failed: readonly Readonly<{ reactor: string; eventId: string; cause: DeadLetterCause }>[];
}

export interface DeadLetters {
  /** What waits for somebody to look at it, oldest first. Changes nothing. */
  list(): Promise<readonly DeadLetter[]>;
  /**
   * Lets the reactors handle their dead letters once more, those of one reactor or of all. What succeeds is removed,
   * what fails stays. May run twice, and in two replicas at once: each letter is with one of them at a time.
   */
  replay(reactor?: string): Promise<ReplayReport>;
}

export interface DeadLettersOptions {
  readonly connection: NatsConnection;
  readonly service: ServiceName;
  readonly reactors: readonly EventReactor[];
  readonly logger: Logger;
}

export const deadLetterConsumerName = (service: ServiceName, reactor: string): string =>
  `${service}__${reactor}__dead-letters`;

const ACK_WAIT_MS = 30_000;
const BATCH = 50;
/** The end of the letters is noticed when none came for this time; the shortest that the client allows. */
const LAST_CALL_MS = 1_000;
const MOST_CUTS = 5;

export const deadLetters = (options: DeadLettersOptions): DeadLetters => {
  const { connection, service, reactors } = options;
  return {
    list: async () => {
      await ensureStreams(connection);
      const manager = await managerOf(connection);
      const letters: DeadLetter[] = [];
      for (const { name } of reactors) {
        const filter = `${deadLetterSubject(service, name)}.>`;
        const { state } = await manager.streams.info(DEAD_LETTERS_STREAM, { subjects_filter: filter });
        for (const subject of Object.keys(state.subjects ?? {})) {
          const stored = await manager.direct.getMessage(DEAD_LETTERS_STREAM, { last_by_subj: subject });
          if (stored === null) continue;
          const { cause, attempts } = readDeadLetterHeaders(stored.header);
          const event = decoded(() => decodeCloudEvent(stored.header, stored.string()));
          letters.push({ reactor: name, event, cause, attempts, at: stored.time.toISOString() });
        }
      }
      return letters.sort((a, b) => a.at.localeCompare(b.at));
    },
    replay: async (only) => {
      await ensureStreams(connection);
      const reports: ReplayReport[] = [];
      for (const reactor of reactors)
        if (only === undefined || reactor.name === only) reports.push(await replayReactor(options, reactor));
      return {
        succeeded: reports.reduce((sum, { succeeded }) => sum + succeeded, 0),
        failed: reports.flatMap(({ failed }) => failed),
      };
    },
  };
};

const decoded = <T>(decode: () => T): T | undefined => {
  try {
    return decode();
  } catch {
    return undefined;
  }
};

const consumerOf = async ({ connection, service }: DeadLettersOptions, reactor: string): Promise<Consumer> => {
  const name = deadLetterConsumerName(service, reactor);
  await ensureConsumer(await managerOf(connection), DEAD_LETTERS_STREAM, {
    durable_name: name,
    filter_subject: `${deadLetterSubject(service, reactor)}.>`,
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(ACK_WAIT_MS),
    max_deliver: -1,
  });
  return jetstream(connection).consumers.get(DEAD_LETTERS_STREAM, name);
};

/**
 * Letters until none comes any more. A fetch that is cut short, by a lost connection or because this process was too
 * busy to hear the server's heartbeat, is made again a few times; what it had not handed over comes with the next.
 */
async function* everyLetter(consumer: Consumer): AsyncIterable<JsMsg> {
  for (let received = -1, cuts = 0; received !== 0;) {
    received = 0;
    try {
      for await (const message of await consumer.fetch({ max_messages: BATCH, expires: LAST_CALL_MS })) {
        received += 1;
        yield message;
      }
    } catch (error) {
      cuts += 1;
      if (cuts > MOST_CUTS)
        throw new AppError('unavailable', 'JetStream does not hand the letters over', { cause: error });
      received = -1;
    }
  }
}

const replayReactor = async (options: DeadLettersOptions, reactor: EventReactor): Promise<ReplayReport> => {
  const consumer = await consumerOf(options, reactor.name);
  const kept: JsMsg[] = [];
  const failed: ReplayReport['failed'][number][] = [];
  let succeeded = 0;
  // What failed is held until the end; given back at once it would come again in this very run.
  const heartbeat = setInterval(() => kept.forEach((message) => message.working()), ACK_WAIT_MS / 3);
  try {
    for await (const message of everyLetter(consumer)) {
      const cause = await replayOne(options, reactor, message);
      if (cause === undefined) succeeded += 1;
      else {
        kept.push(message);
        failed.push({ reactor: reactor.name, eventId: message.subject.split('.').at(-1) ?? '', cause });
      }
    }
  } finally {
    clearInterval(heartbeat);
    for (const message of kept) message.nak();
  }
  return { succeeded, failed };
};

const replayOne = async (
  { connection, logger }: DeadLettersOptions,
  reactor: EventReactor,
  message: JsMsg,
): Promise<DeadLetterCause | undefined> => {
  const heartbeat = setInterval(() => message.working(), ACK_WAIT_MS / 3);
  const generation = connectionGeneration(connection);
  try {
    const { subject, attempts } = readDeadLetterHeaders(message.headers);
    const definition = reactor.handles.find((handled) => handled.subject === subject);
    if (definition === undefined) throw new Error(`${reactor.name} does not handle ${subject}`);
    await reactTo(
      reactor,
      definition,
      { headers: message.headers, payload: message.string() },
      attempts + message.info.deliveryCount,
    );
    // The server settles by place in the stream, and after a loss of its data another letter lies there.
    if (connectionGeneration(connection) !== generation)
      throw new AppError('unavailable', 'The connection to NATS was lost; the letter comes again');
    await message.ackAck();
    return undefined;
  } catch (error) {
    logger.warn({ err: error, reactor: reactor.name, subject: message.subject }, 'A dead letter failed again');
    return causeOf(error);
  } finally {
    clearInterval(heartbeat);
  }
};
