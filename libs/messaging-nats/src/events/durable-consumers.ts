import { once } from 'node:events';
import { setImmediate as endOfTurn } from 'node:timers/promises';
import type { EventReactor, ServiceName } from '@keyledger/messaging';
import type { NatsConnection } from '@nats-io/transport-node';
import { isConnected } from '../connection-state.ts';
import type { Logger } from '../logger.ts';
import { EventConsumer } from './event-consumer.ts';
import { countReaction, type ReactionOutcome } from './reaction-metrics.ts';
import { defaultRetryPolicy, type RetryPolicy } from './retry-policy.ts';

export interface DurableConsumersOptions {
  readonly connection: NatsConnection;
  readonly service: ServiceName;
  readonly reactors: readonly EventReactor[];
  readonly logger: Logger;
  /** Events that one process handles at once, per reactor and type of event; default 16. */
  readonly concurrency?: number | ((reactor: EventReactor) => number);
  readonly retry?: RetryPolicy;
  /** Default 10 000. A replica that died gives its events back after this time. */
  readonly ackWaitMs?: number;
  /** Default: the counter `messaging.event.settled`. */
  readonly onOutcome?: (outcome: ReactionOutcome) => void;
}

/**
 * Feeds the reactors of a service: one durable pull consumer per reactor and handled type of event, shared by all
 * replicas and named `<service>__<reactor>__<Type>`. Consumers and streams that are missing, at the start or after
 * JetStream lost its data, are created; a lost connection is waited for.
 */
export class DurableConsumers {
  readonly name: string;
  readonly #connection: NatsConnection;
  readonly #consumers: readonly EventConsumer[];

  constructor(options: DurableConsumersOptions) {
    const { reactors, concurrency = 16, retry = defaultRetryPolicy, ackWaitMs = 10_000 } = options;
    this.name = `${options.service}-consumers`;
    this.#connection = options.connection;
    this.#consumers = reactors.flatMap((reactor) =>
      reactor.handles.map(
        (definition) =>
          new EventConsumer({
            ...options,
            reactor,
            definition,
            retry,
            ackWaitMs,
            concurrency: typeof concurrency === 'number' ? concurrency : concurrency(reactor),
            onOutcome: options.onOutcome ?? countReaction,
          }),
      ),
    );
  }

  /** Resolves when every consumer exists and pulls. */
  async start(): Promise<void> {
    await Promise.all(this.#consumers.map((consumer) => consumer.start()));
  }

  /** Takes no new events and waits for the reactions that run. */
  async close(): Promise<void> {
    await Promise.all(this.#consumers.map((consumer) => consumer.close()));
    // What was handled must be known to the server before the connection ends; settlements leave at the end of a turn.
    await endOfTurn();
    if (isConnected(this.#connection)) await this.#connection.flush().catch(() => undefined);
  }

  /** `start`, then `close` when `signal` aborts. Rejects with `forbidden` when the NATS user lacks a permission. */
  async run(signal: AbortSignal): Promise<void> {
    const stopped = signal.aborted ? Promise.resolve() : once(signal, 'abort');
    const ended = this.start().then(() => Promise.all(this.#consumers.map((consumer) => consumer.ended)));
    // Closing rejects what had not begun.
    ended.catch(() => undefined);
    try {
      await Promise.race([stopped, ended]);
    } finally {
      await this.close();
    }
  }
}
