import { setTimeout as delay } from 'node:timers/promises';
import { AppError, isTransient } from '@keyledger/errors';
import {
  EVENTS_STREAM,
  type EventReactor,
  type IntegrationEventDefinition,
  type ServiceName,
} from '@keyledger/messaging';
import {
  AckPolicy,
  type Consumer,
  type ConsumerMessages,
  DeliverPolicy,
  jetstream,
  type JsMsg,
} from '@nats-io/jetstream';
import { nanos, type NatsConnection } from '@nats-io/transport-node';
import { isPermissionViolation } from '../permission-violation.ts';
import { exponentialDelay } from '../back-off.ts';
import { connected } from '../connection-state.ts';
import type { Logger } from '../logger.ts';
import { publishDeadLetter } from './dead-letter.ts';
import { reactTo } from './reaction.ts';
import type { ReactionOutcome } from './reaction-metrics.ts';
import { type RetryPolicy, retryVerdicts, type Verdict } from './retry-policy.ts';
import { ensureStreams, managerOf } from './streams.ts';

export interface EventConsumerOptions {
  readonly connection: NatsConnection;
  readonly service: ServiceName;
  readonly reactor: EventReactor;
  readonly definition: IntegrationEventDefinition;
  readonly logger: Logger;
  readonly concurrency: number;
  readonly retry: RetryPolicy;
  /** The server delivers a message again when it has heard nothing about it for this time. */
  readonly ackWaitMs: number;
  readonly onOutcome: (outcome: ReactionOutcome) => void;
}

export const consumerName = (service: ServiceName, reactor: string, definition: IntegrationEventDefinition): string =>
  `${service}__${reactor}__${definition.type}`;

/** One long poll; also the time after which a consumer that vanished without a word is noticed. */
const POLL_MS = 10_000;

const RECOVERY_DELAY = exponentialDelay({ firstMs: 100, maxMs: 5_000 });

/** Deliveries that wait for their back-off count as pending, so that events behind them must not be held up by them. */
const MAX_ACK_PENDING = 20_000;

/** The durable consumer of one reactor for one type of event: pulls as many events as it may handle at once. */
export class EventConsumer {
  readonly name: string;
  readonly #options: EventConsumerOptions;
  readonly #verdictOn: ReturnType<typeof retryVerdicts>;
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<void>>();
  /** Attempts that failed for good, by place in the stream; only those of this process count. */
  readonly #permanentFailures = new Map<number, number>();
  #polling: ConsumerMessages | undefined;
  #loop: Promise<void> | undefined;

  constructor(options: EventConsumerOptions) {
    this.#options = options;
    this.name = consumerName(options.service, options.reactor.name, options.definition);
    this.#verdictOn = retryVerdicts(options.retry);
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
    await this.#loop?.catch(() => undefined);
    await Promise.all(this.#running);
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
    // Places in a stream that was made anew name other events.
    this.#permanentFailures.clear();
    const manager = await managerOf(connection);
    await manager.consumers.add(EVENTS_STREAM, {
      durable_name: this.name,
      filter_subject: definition.subject,
      deliver_policy: DeliverPolicy.All,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(ackWaitMs),
      max_ack_pending: MAX_ACK_PENDING,
      max_deliver: -1,
    });
    return jetstream(connection).consumers.get(EVENTS_STREAM, this.name);
  }

  /** Waits for a free place and pulls at most as many events as there are free places. */
  async #poll(consumer: Consumer): Promise<void> {
    while (this.#running.size >= this.#options.concurrency) await Promise.race(this.#running);
    if (this.#stop.signal.aborted) return;
    const free = this.#options.concurrency - this.#running.size;
    this.#polling = await consumer.fetch({ max_messages: free, expires: POLL_MS });
    if (this.#stop.signal.aborted) this.#polling.stop();
    for await (const message of this.#polling) {
      const running = this.#handle(message).finally(() => this.#running.delete(running));
      this.#running.add(running);
    }
  }

  async #handle(message: JsMsg): Promise<void> {
    const { reactor, definition, ackWaitMs } = this.#options;
    const heartbeat = setInterval(() => message.working(), ackWaitMs / 3);
    try {
      const received = { headers: message.headers, payload: message.string() };
      await reactTo(reactor, definition, received, message.info.deliveryCount);
      this.#permanentFailures.delete(message.seq);
      message.ack();
      this.#count('handled');
    } catch (error) {
      await this.#giveUpOrRetry(message, error);
    } finally {
      clearInterval(heartbeat);
    }
  }

  async #giveUpOrRetry(message: JsMsg, error: unknown): Promise<void> {
    const verdict = this.#judge(message, error);
    if (verdict.then === 'retry') {
      message.nak(verdict.afterMs);
      this.#count('retried');
      return;
    }
    const { connection, service, reactor, logger } = this.#options;
    try {
      await publishDeadLetter(connection, service, reactor.name, message, error);
      // Without a reason: servers before 2.10.4 ignore a termination that has one.
      message.term();
      this.#permanentFailures.delete(message.seq);
      this.#count('dead-lettered');
    } catch (failure) {
      logger.warn({ err: failure, consumer: this.name }, 'A dead letter could not be stored, trying again');
      message.nak(this.#options.retry.permanent.maxMs);
    }
  }

  #judge(message: JsMsg, error: unknown): Verdict {
    const isPermanent = !isTransient(error);
    const permanentFailures = (this.#permanentFailures.get(message.seq) ?? 0) + (isPermanent ? 1 : 0);
    if (isPermanent) this.#permanentFailures.set(message.seq, permanentFailures);
    const deliveries = message.info.deliveryCount;
    const verdict = this.#verdictOn({ error, deliveries, permanentFailures });
    const fields = {
      err: error,
      reactor: this.#options.reactor.name,
      eventId: message.headers?.get('ce-id'),
      correlationId: message.headers?.get('ce-correlationid'),
      attempt: deliveries,
    };
    if (verdict.then === 'dead-letter') this.#options.logger.error(fields, 'An event goes to the dead letters');
    else if (isPermanent) this.#options.logger.error(fields, 'A reactor failed, the event comes again');
    else this.#options.logger.warn(fields, 'A reactor could not finish, the event comes again');
    return verdict;
  }

  #count(outcome: ReactionOutcome['outcome']): void {
    this.#options.onOutcome({ reactor: this.#options.reactor.name, type: this.#options.definition.type, outcome });
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
