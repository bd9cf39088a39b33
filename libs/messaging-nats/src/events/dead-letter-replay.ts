import { AppError } from '@keyledger/errors';
import { DEAD_LETTERS_STREAM, deadLetterSubject, type EventReactor, type ServiceName } from '@keyledger/messaging';
import { AckPolicy, type Consumer, jetstream, type JsMsg } from '@nats-io/jetstream';
import { nanos, type NatsConnection } from '@nats-io/transport-node';
import { connectionGeneration } from '../connection-state.ts';
import type { Logger } from '../logger.ts';
import { causeOf, type DeadLetterCause, readDeadLetterHeaders } from './dead-letter.ts';
import { reactTo } from './reaction.ts';
import { ensureConsumer, managerOf } from './streams.ts';

export interface DeadLettersOptions {
  readonly connection: NatsConnection;
  readonly service: ServiceName;
  readonly reactors: readonly EventReactor[];
  readonly logger: Logger;
}

export interface ReplayReport {
  readonly succeeded: number;
  /** Still in the dead letters, with the cause of this time. */
  readonly failed: readonly Readonly<{ reactor: string; eventId: string; cause: DeadLetterCause }>[];
}

const deadLetterConsumerName = (service: ServiceName, reactor: string): string =>
  `${service}__${reactor}__dead-letters`;

const ACK_WAIT_MS = 30_000;
const BATCH = 50;
/** The end of the letters is noticed when none came for this time; the shortest that the client allows. */
const LAST_CALL_MS = 1_000;
const MOST_CUTS = 5;
/** A replay holds what failed, and what it is not meant for, until it ends; the server hands out no more than this. */
const MAX_ACK_PENDING = 100_000;

const consumerOf = async ({ connection, service }: DeadLettersOptions, reactor: string): Promise<Consumer> => {
  const name = deadLetterConsumerName(service, reactor);
  await ensureConsumer(await managerOf(connection), DEAD_LETTERS_STREAM, {
    durable_name: name,
    filter_subject: `${deadLetterSubject(service, reactor)}.>`,
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(ACK_WAIT_MS),
    max_ack_pending: MAX_ACK_PENDING,
    max_deliver: -1,
  });
  return jetstream(connection).consumers.get(DEAD_LETTERS_STREAM, name);
};

/**
 * Letters until none comes any more, or until the end of the fetch in which the wanted one was: what the server has handed
 * over must all be given back. A fetch that is cut short, by a lost connection or because this process was too
 * busy to hear the server's heartbeat, is made again a few times; what it had not handed over comes with the next.
 */
async function* everyLetter(consumer: Consumer, isFound: () => boolean): AsyncIterable<JsMsg> {
  for (let received = -1, cuts = 0; received !== 0 && !isFound();) {
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

/** Lets one reactor handle its letters once more, or the one of them with the id `only`. */
export const replayLetters = async (
  options: DeadLettersOptions,
  reactor: EventReactor,
  only: string | undefined,
): Promise<ReplayReport> => {
  const consumer = await consumerOf(options, reactor.name);
  const kept: JsMsg[] = [];
  const failed: ReplayReport['failed'][number][] = [];
  let succeeded = 0;
  // Held until the end; given back at once they would come again in this very run.
  const heartbeat = setInterval(() => kept.forEach((message) => message.working()), ACK_WAIT_MS / 3);
  try {
    for await (const message of everyLetter(consumer, () => only !== undefined && succeeded + failed.length > 0)) {
      const eventId = message.subject.split('.').at(-1) ?? '';
      if (only !== undefined && only !== eventId) {
        kept.push(message);
        continue;
      }
      const cause = await replayOne(options, reactor, message);
      if (cause === undefined) succeeded += 1;
      else {
        kept.push(message);
        failed.push({ reactor: reactor.name, eventId, cause });
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
