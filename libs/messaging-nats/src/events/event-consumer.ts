import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@keyledger/errors';
import { EVENTS_STREAM, type IntegrationEventDefinition, type ServiceName } from '@keyledger/messaging';
import { AckPolicy, type Consumer, type ConsumerMessages, DeliverPolicy, jetstream } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { exponentialDelay } from '../back-off.ts';
import { connected, connectionGeneration } from '../connection-state.ts';
import { isPermissionViolation } from '../permission-violation.ts';
import { DeliveredMessage } from './delivered-message.ts';
import { EventDelivery, type EventDeliveryOptions } from './event-delivery.ts';
import { HeldMessages } from './held-messages.ts';
import { ensureConsumer, ensureStreams, managerOf } from './streams.ts';

export interface EventConsumerOptions extends EventDeliveryOptions {
  readonly concurrency: number;
  /** The server delivers a message again when it has heard nothing about it for this time. */
  readonly ackWaitMs: number;
}

export const consumerName = (service: ServiceName, reactor: string, definition: IntegrationEventDefinition): string =>
  `${service}__${reactor}__${definition.type}`;

/** One long poll; also the time after which a consumer that vanished without a word is noticed. */
const POLL_MS = 10_000;

const RECOVERY_DELAY = exponentialDelay({ firstMs: 100, maxMs: 5_000 });

/** Deliveries that wait for their back-off count as pending, so that events behind them must not be held up by them. */
const MAX_ACK_PENDING = 20_000;

/** The durable consumer of one reactor for one type of event: pulls events as it can handle them. */
export class EventConsumer {
  readonly name: string;
  readonly #options: EventConsumerOptions;
  readonly #delivery: EventDelivery;
  readonly #held: HeldMessages;
  readonly #stop = new AbortController();
  #birth = '';
  #polling: ConsumerMessages | undefined;
  #loop: Promise<void> | undefined;

  constructor(options: EventConsumerOptions) {
    this.#options = options;
    this.name = consumerName(options.service, options.reactor.name, options.definition);
    this.#delivery = new EventDelivery(options);
    this.#held = new HeldMessages({ ...options, handle: (message) => this.#delivery.settle(message) });
  }

  /** Resolves when the consumer exists at the server for the first time. Rejects with `forbidden`, or when closed. */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#loop ??= this.#consume(resolve);
      this.#loop.then(() => reject(new Error(`Consumer ${this.name} was closed before it began`)), reject);
    });
  }

  /** Resolves when it was closed; rejects when it may not consume. */
  get ended(): Promise<void> {
    return this.#loop ?? Promise.resolve();
  }

  /** Takes no new events and waits for those that are being handled. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#polling?.stop();
    await this.#held.close();
    await this.#loop?.catch(() => undefined);
  }

  async #consume(onReady: () => void): Promise<void> {
    const { signal } = this.#stop;
    let failures = 0;
    while (!signal.aborted) {
      try {
        const consumer = await orAborted(this.#ensure(), signal);
        onReady();
        while (!signal.aborted) {
          await this.#poll(consumer);
          failures = 0;
        }
      } catch (error) {
        if (signal.aborted) return;
        if (isPermissionViolation(error)) throw this.#forbidden(error);
        failures += 1;
        if (failures % 20 === 1)
          this.#options.logger.warn({ err: error, consumer: this.name }, 'Consuming was interrupted, trying again');
        await delay(RECOVERY_DELAY(failures), undefined, { signal }).catch(() => undefined);
      }
    }
  }

  #forbidden(cause: unknown): AppError {
    const { service, reactor, definition } = this.#options;
    const text = `The NATS user of ${service} may not consume ${definition.type} for ${reactor.name}`;
    return new AppError('forbidden', `${text}: its permissions name each reactor`, { cause });
  }

  async #ensure(): Promise<Consumer> {
    const { connection, definition, ackWaitMs } = this.#options;
    await connected(connection, this.#stop.signal);
    await ensureStreams(connection);
    await ensureConsumer(await managerOf(connection), EVENTS_STREAM, {
      durable_name: this.name,
      filter_subject: definition.subject,
      deliver_policy: DeliverPolicy.All,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(ackWaitMs),
      max_ack_pending: MAX_ACK_PENDING,
      max_deliver: -1,
    });
    const consumer = await jetstream(connection).consumers.get(EVENTS_STREAM, this.name);
    this.#birth = (await consumer.info(true)).created;
    return consumer;
  }

  async #poll(consumer: Consumer): Promise<void> {
    const room = await this.#held.room();
    if (room === 0) return;
    this.#polling = await consumer.fetch({ max_messages: room, expires: POLL_MS });
    if (this.#stop.signal.aborted) this.#polling.stop();
    const life = (): string => `${this.#birth} ${connectionGeneration(this.#options.connection) ?? ''}`;
    for await (const message of this.#polling) this.#held.add(new DeliveredMessage(message, life));
  }
}

/** A request to a server that is away takes its time to fail; nobody who stops should wait for that. */
const orAborted = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const abort = (): void => reject(new Error('Stopped'));
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
