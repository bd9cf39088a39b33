import { setTimeout as delay } from 'node:timers/promises';
import { isAppError, isTransient } from '@keyledger/errors';
import {
  type Checkpoint,
  type CheckpointStore,
  type EventStore,
  type HeldCheckpoint,
  type Position,
  type RecordedEvent,
} from '@keyledger/event-sourcing';
import { EVENTS_STREAM, type EventPublication, type ServiceName } from '@keyledger/messaging';
import { errors, type NatsConnection } from '@nats-io/transport-node';
import { exponentialDelay } from '../back-off.ts';
import { connected, isConnected } from '../connection-state.ts';
import type { Logger } from '../logger.ts';
import { AckedPublisher } from './acked-publisher.ts';
import { CheckpointKeeper } from './checkpoint-keeper.ts';
import { EpochWatch } from './epoch-watch.ts';
import { PublicationDefect, publishedEvent } from './published-event.ts';
import { findRelayPlace, type RelayPlace } from './relay-place.ts';
import { isProtected } from './streams.ts';

export interface EventRelayOptions {
  readonly eventStore: EventStore;
  readonly connection: NatsConnection;
  readonly checkpoints: CheckpointStore;
  readonly service: ServiceName;
  /** The stream categories of this service. */
  readonly categories: readonly string[];
  readonly publication: EventPublication;
  readonly logger: Logger;
  /** Publications on their way at once; default 256. */
  readonly window?: number;
  /** After this time without a confirmation everything unconfirmed is published again; default 5 000. */
  readonly ackTimeoutMs?: number;
  /** After this time without NATS another replica, which may have a connection, gets its turn; default 10 000. */
  readonly cutOffAfterMs?: number;
  /** How often to look whether the stream is still the same; default 10 000. */
  readonly epochCheckMs?: number;
}

/** How long a relay that is told to stop waits for confirmations, so that its successor repeats nothing. */
const STOP_TIMEOUT_MS = 1_000;

const RETRY_DELAY = exponentialDelay({ firstMs: 100, maxMs: 5_000 });

class CutOff extends Error {
  override readonly name = 'CutOff';
}

/** Names the checkpoint of the relay of a service. */
export const relayName = (service: ServiceName): string => `${service}-relay`;

/**
 * Publishes the public events of one service to JetStream, each at least once, in the order of the event store.
 *
 * A run has three phases. *Hold*: wait for the right to be the one relay of this service. *Find the place*: the
 * checkpoint holds if the stream is the one that it was written for (`epoch`) and still has what we published last;
 * otherwise JetStream lost data, and we begin where its memory ends. *Publish*: follow the event store with a window of
 * unconfirmed publications, and move the checkpoint behind those that are confirmed. Any failure of NATS or of the event
 * store leads back to the second phase, for as long as it lasts.
 */
export class EventRelay {
  readonly name: string;
  readonly #options: EventRelayOptions;
  #last: Checkpoint | undefined;
  #hasWarned = false;
  /** How often a publication that overtook a failed one was published; see `AckedPublisher.overtaking`. */
  readonly #repeats = new Map<string, number>();

  constructor(options: EventRelayOptions) {
    this.#options = options;
    this.name = relayName(options.service);
  }

  /**
   * Runs until `signal` aborts. Rejects when an event cannot be published by its own contract, or when this service may
   * not read its own streams: faults that a person must mend, and nothing behind them may be published before.
   */
  async run(signal: AbortSignal): Promise<void> {
    const { checkpoints, connection } = this.#options;
    while (!signal.aborted) {
      try {
        await checkpoints.hold(this.name, signal, (held) => this.#relay(held));
      } catch (error) {
        if (!(error instanceof CutOff)) throw error;
        this.#options.logger.warn({ relay: this.name }, 'Publishing is left to another replica: NATS is out of reach');
        await connected(connection, signal);
      }
    }
  }

  async #relay(held: HeldCheckpoint): Promise<void> {
    this.#last = held.checkpoint;
    for (let attempt = 1; !held.signal.aborted; attempt += 1) {
      const before = this.#last;
      try {
        await this.#publishUntilFailure(held);
      } catch (error) {
        if (held.signal.aborted) return;
        this.#throwUnlessTransient(error);
        if (this.#last !== before) attempt = 1;
        if (attempt % 20 === 1)
          this.#options.logger.warn({ err: error, relay: this.name }, 'Publishing was interrupted, trying again');
        await delay(RETRY_DELAY(attempt), undefined, { signal: held.signal }).catch(() => undefined);
      }
    }
  }

  async #untilConnected(signal: AbortSignal): Promise<void> {
    const patience = AbortSignal.timeout(this.#options.cutOffAfterMs ?? 10_000);
    await connected(this.#options.connection, AbortSignal.any([signal, patience]));
    if (!signal.aborted && !isConnected(this.#options.connection)) throw new CutOff();
  }

  #throwUnlessTransient(error: unknown): void {
    if (error instanceof CutOff) throw error;
    const isFinal = error instanceof PublicationDefect || (isAppError(error) && !isTransient(error));
    if (!isFinal) return;
    this.#options.logger.error({ err: error, relay: this.name }, 'Publishing events stopped');
    throw error;
  }

  async #publishUntilFailure(held: HeldCheckpoint): Promise<void> {
    const {
      eventStore,
      categories,
      connection,
      window = 256,
      ackTimeoutMs = 5_000,
      epochCheckMs = 10_000,
    } = this.#options;
    await this.#untilConnected(held.signal);
    if (held.signal.aborted) return;
    using publisher = new AckedPublisher({ connection, window, ackTimeoutMs });
    const place = await this.#findPlace();
    const { after, epoch } = place;
    await using keeper = new CheckpointKeeper(held, epoch);
    const reached = (position: Position): void => {
      this.#last = { position, epoch };
      keeper.reached(position);
    };
    using watch = new EpochWatch(connection, epoch, epochCheckMs);
    const failed = AbortSignal.any([publisher.failed, keeper.failed, watch.changed]);
    const signal = AbortSignal.any([held.signal, failed]);
    try {
      for await (const batch of eventStore.subscribe({ ...(after ? { after } : {}), filter: { categories }, signal })) {
        for (const event of batch.events) {
          if (publisher.isFull) await publisher.room();
          this.#publish(publisher, event, place, reached);
        }
        const { checkpoint } = batch;
        if (checkpoint !== undefined) publisher.skip(() => reached(checkpoint));
      }
      failed.throwIfAborted();
      await Promise.race([publisher.drained(), delay(STOP_TIMEOUT_MS, undefined, { ref: false })]);
    } catch (error) {
      for (const id of publisher.overtaking) this.#repeats.set(id, (this.#repeats.get(id) ?? 0) + 1);
      throw error;
    }
  }

  #publish(
    publisher: AckedPublisher,
    event: RecordedEvent,
    place: RelayPlace,
    reached: (position: Position) => void,
  ): void {
    const { id, position } = event;
    const encoded = publishedEvent(this.#options.publication, event);
    if (encoded === undefined) {
      publisher.skip(() => reached(position));
      return;
    }
    const done = (): void => {
      this.#repeats.delete(id);
      reached(position);
    };
    try {
      publisher.publish({ ...encoded, messageId: this.#messageIdOf(event, place) }, done);
    } catch (cause) {
      if (!(cause instanceof errors.InvalidArgumentError)) throw cause;
      throw new PublicationDefect(`Event ${id} of type ${event.type} is larger than a message may be`, { cause });
    }
  }

  /** The id of the event, with an addition where the server might take the publication for a double. */
  #messageIdOf({ id, position }: RecordedEvent, { lost }: RelayPlace): string {
    const repeats = this.#repeats.get(id);
    const again = lost !== undefined && position <= lost.upTo ? `/${lost.mark}` : '';
    return `${id}${again}${repeats === undefined ? '' : `/${repeats}`}`;
  }

  async #findPlace(): Promise<RelayPlace> {
    const { connection, service, logger } = this.#options;
    const last = this.#last;
    const place = await findRelayPlace(connection, service, last);
    if (!isProtected(place.stream)) this.#warnOfUnprotected();
    if (last?.epoch !== undefined && last.epoch !== place.epoch)
      logger.warn({ relay: this.name, position: last.position }, 'JetStream began anew, publishing all events again');
    return place;
  }

  #warnOfUnprotected(): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    const text = 'The stream of events can be emptied by a request to NATS: an administrator should set deny_purge';
    this.#options.logger.warn({ relay: this.name, stream: EVENTS_STREAM }, text);
  }
}
