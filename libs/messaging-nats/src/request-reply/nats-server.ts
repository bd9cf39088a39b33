import { AppError, isAppError } from '@keyledger/errors';
import { type Clock, systemClock } from '@keyledger/event-sourcing';
import {
  checkInput,
  type MessageContext,
  type Operation,
  type PrincipalVerifier,
  type ServiceName,
} from '@keyledger/messaging';
import { type CustomStrategy, type MessageHandler, ServerNats } from '@nestjs/microservices';
import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';
import { SpanKind } from '@opentelemetry/api';
import { firstValueFrom } from 'rxjs';
import type { Logger } from '../logger.ts';
import { continueTrace, currentTrace } from '../trace.ts';
import { ConcurrencyLimit } from './concurrency-limit.ts';
import { faultBody, replyBody } from './reply-body.ts';
import { RequestContext } from './request-context.ts';
import { correlationOf, readRequestHeaders, traceOf } from './request-headers.ts';

export interface NatsServerOptions {
  readonly connection: NatsConnection;
  /** Queue group: each request reaches one replica. */
  readonly service: ServiceName;
  readonly verifier: PrincipalVerifier;
  readonly logger: Logger;
  readonly clock?: Clock;
  /** Requests handled at once; more wait for their turn or for their deadline. Default 64. */
  readonly concurrency?: number;
}

/**
 * Nest's NATS transport with Keyledger's messages: checks deadline, principal and input before a handler runs, and turns
 * what it throws into a typed fault. Uses a connection that it does not own. Closing it takes no new requests and waits
 * for those that run.
 */
class MessageServer extends ServerNats {
  readonly #options: NatsServerOptions;
  readonly #clock: Clock;
  readonly #limit: ConcurrencyLimit;
  readonly #requests: Subscription[] = [];
  readonly #inFlight = new Set<Promise<void>>();

  constructor(options: NatsServerOptions) {
    super({ queue: options.service });
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#limit = new ConcurrencyLimit(options.concurrency ?? 64);
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
    for (const [subject, handler] of this.messageHandlers) {
      const operation = operationOf(handler, subject);
      const callback = (error: Error | null, message: Msg): void => {
        if (error === null) this.#accept(operation, handler, message);
        else this.#options.logger.error({ err: error, subject }, 'Subscription refused');
      };
      this.#requests.push(connection.subscribe(subject, { queue: this.#options.service, callback }));
    }
  }

  override async close(): Promise<void> {
    const { connection } = this.#options;
    if (!connection.isClosed()) await Promise.allSettled(this.#requests.map((requests) => requests.drain()));
    await Promise.allSettled(this.#inFlight);
    if (!connection.isClosed()) await connection.flush().catch(() => undefined);
  }

  #accept(operation: Operation, handler: MessageHandler, message: Msg): void {
    const receivedAt = this.#clock().getTime();
    const running = this.#answer(operation, handler, message, receivedAt).finally(() => this.#inFlight.delete(running));
    this.#inFlight.add(running);
  }

  async #answer(operation: Operation, handler: MessageHandler, message: Msg, receivedAt: number): Promise<void> {
    const body = await this.#handle(operation, handler, message, receivedAt)
      .then(replyBody)
      .catch((error: unknown) => {
        this.#logDefect(operation, message, error);
        return faultBody(error);
      });
    try {
      message.respond(body);
    } catch (error) {
      this.#logDefect(operation, message, error);
      message.respond(faultBody(error));
    }
  }

  #handle(operation: Operation, handler: MessageHandler, message: Msg, receivedAt: number): Promise<unknown> {
    const attributes = {
      'messaging.system': 'nats',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': operation.subject,
      'messaging.consumer.group.name': this.#options.service,
    };
    const span = { name: `process ${operation.subject}`, kind: SpanKind.SERVER, attributes };
    return continueTrace(traceOf(message.headers), span, () =>
      this.#limit.run(async () => {
        const { input, context } = await this.#open(operation, message, receivedAt);
        const answer = await handler(input, new RequestContext(message.subject, message.headers, context));
        return firstValueFrom(this.transformToObservable(answer));
      }),
    );
  }

  /** Everything that must hold before a handler may run. */
  async #open(
    operation: Operation,
    message: Msg,
    receivedAt: number,
  ): Promise<{ input: unknown; context: MessageContext }> {
    const { messageId, correlationId, causationId, timeoutMs, token } = readRequestHeaders(message.headers);
    const deadlineAt = receivedAt + timeoutMs;
    if (this.#clock().getTime() >= deadlineAt)
      throw new AppError('deadline-exceeded', `${operation.name} waited too long for its turn and was not started`);
    const body = bodyOf(message);
    const principal = await this.#options.verifier.verify(token, { subject: message.subject, messageId, body });
    const input = checkInput(operation, body);
    const { traceparent } = currentTrace();
    return { input, context: { messageId, correlationId, causationId, traceparent, principal, deadlineAt } };
  }

  #logDefect(operation: Operation, message: Msg, error: unknown): void {
    if (isAppError(error) && error.code !== 'internal') return;
    const correlationId = correlationOf(message.headers);
    this.#options.logger.error(
      { err: error, subject: operation.subject, correlationId },
      'A handler failed unexpectedly',
    );
  }
}

const operationOf = (handler: MessageHandler, subject: string): Operation => {
  const operation: unknown = handler.extras?.['operation'];
  if (operation === undefined) throw new Error(`The handler of ${subject} is not marked with @Handles`);
  return operation as Operation;
};

const bodyOf = (message: Msg): unknown => {
  try {
    return message.json();
  } catch {
    throw new AppError('malformed', 'The body is not JSON');
  }
};

/**
 * Options for `app.connectMicroservice(natsServer({ … }))` or `NestFactory.createMicroservice`. All that surrounds a
 * handler is in the server and in `@Handles`: no global pipe, filter or interceptor is needed, and `inheritAppConfig`
 * does not matter.
 */
export const natsServer = (options: NatsServerOptions): CustomStrategy => ({ strategy: new MessageServer(options) });
