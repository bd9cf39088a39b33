import { type Clock, systemClock } from '@keyledger/event-sourcing';
import {
  handoverSubject,
  type MessageContext,
  type Operation,
  type PrincipalVerifier,
  type ServiceName,
} from '@keyledger/messaging';
import { type CustomStrategy, type MessageHandler, ServerNats } from '@nestjs/microservices';
import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';
import { firstValueFrom } from 'rxjs';
import type { Logger } from '../logger.ts';
import { ConcurrencyLimit } from '../concurrency-limit.ts';
import type { HandoverOptions } from './handover.ts';
import { RequestContext } from './request-context.ts';
import { RequestDesk } from './request-desk.ts';

export interface NatsServerOptions {
  readonly connection: NatsConnection;
  /** Queue group: each request reaches one replica. */
  readonly service: ServiceName;
  readonly verifier: PrincipalVerifier;
  readonly logger: Logger;
  readonly clock?: Clock;
  /** Requests handled at once; more wait for their turn or for their deadline. Default 64. */
  readonly concurrency?: number;
  /** For a service of which a replica may be unable for the moment to do what others can. */
  readonly handover?: HandoverOptions | undefined;
}

const DEFAULT_CONCURRENCY = 64;

/** Nest's NATS transport with Keyledger's messages, over a connection that it does not own. */
class MessageServer extends ServerNats {
  readonly #options: NatsServerOptions;
  readonly #desk: RequestDesk;
  readonly #requests: Subscription[] = [];
  /** There while this replica is able. */
  readonly #handovers: Subscription[] = [];
  #isAble = false;
  #isListening = false;
  readonly #inFlight = new Set<Promise<void>>();

  constructor(options: NatsServerOptions) {
    super({ queue: options.service });
    this.#options = options;
    this.#desk = new RequestDesk({
      ...options,
      clock: options.clock ?? systemClock,
      limit: new ConcurrencyLimit(options.concurrency ?? DEFAULT_CONCURRENCY),
    });
  }

  override createNatsClient(): Promise<NatsConnection> {
    return Promise.resolve(this.#options.connection);
  }

  /** The owner of the connection watches it. */
  override handleStatusUpdates(): Promise<void> {
    return Promise.resolve();
  }

  /** Calls back when the server knows the subscriptions, so that "ready" means ready. */
  override async listen(callback: (error?: unknown) => void): Promise<void> {
    await super.listen((error?: unknown) => {
      if (error !== undefined) callback(error);
      else this.#options.connection.flush().then(() => callback(), callback);
    });
  }

  override bindEvents(connection: NatsConnection): void {
    for (const [subject, handler] of this.messageHandlers)
      this.#requests.push(this.#subscribe(connection, subject, operationOf(handler, subject), handler));
    this.#isListening = true;
    this.takeHandovers(this.#isAble);
  }

  /** Begins to answer what other replicas cannot, or leaves it to others from now on. */
  takeHandovers(isAble: boolean): void {
    this.#isAble = isAble;
    const { connection, handover } = this.#options;
    if (handover === undefined || !this.#isListening || connection.isClosed()) return;
    if (!isAble) for (const handovers of this.#handovers.splice(0)) void handovers.drain().catch(() => undefined);
    else if (this.#handovers.length === 0)
      for (const [pattern, handler] of this.messageHandlers) {
        const operation = operationOf(handler, pattern);
        const subject = handoverSubject(operation.service, operation.name);
        this.#handovers.push(this.#subscribe(connection, subject, operation, handler));
      }
  }

  /** Takes no new requests and waits for those that run. Safe to repeat. */
  override async close(): Promise<void> {
    const { connection } = this.#options;
    this.#isListening = false;
    const all = [...this.#handovers.splice(0), ...this.#requests];
    if (!connection.isClosed()) await Promise.allSettled(all.map((requests) => requests.drain()));
    await Promise.allSettled(this.#inFlight);
    if (!connection.isClosed()) await connection.flush().catch(() => undefined);
  }

  #subscribe(connection: NatsConnection, subject: string, operation: Operation, handler: MessageHandler): Subscription {
    const callback = (error: Error | null, message: Msg): void => {
      if (error === null) this.#accept(operation, handler, message);
      else this.#options.logger.error({ err: error, subject }, 'Subscription refused');
    };
    return connection.subscribe(subject, { queue: this.#options.service, callback });
  }

  #accept(operation: Operation, handler: MessageHandler, message: Msg): void {
    const handle = async (input: unknown, context: MessageContext): Promise<unknown> => {
      const answer = await handler(input, new RequestContext(message.subject, message.headers, context));
      return firstValueFrom(this.transformToObservable(answer));
    };
    const running = this.#desk.answer(operation, handle, message).finally(() => this.#inFlight.delete(running));
    this.#inFlight.add(running);
  }
}

const operationOf = (handler: MessageHandler, subject: string): Operation => {
  const operation: unknown = handler.extras?.['operation'];
  if (operation === undefined) throw new Error(`The handler of ${subject} is not marked with @Handles`);
  return operation as Operation;
};

/**
 * Options for `app.connectMicroservice(natsServer({ … }))` or `NestFactory.createMicroservice`. All that surrounds a
 * handler is in the server and in `@Handles`: no global pipe, filter or interceptor is needed, and `inheritAppConfig`
 * does not matter.
 */
export const natsServer = (
  options: NatsServerOptions,
): CustomStrategy & { readonly strategy: Pick<MessageServer, 'takeHandovers'> } => ({
  strategy: new MessageServer(options),
});
