import { AppError, isAppError } from '@keyledger/errors';
import type { Clock } from '@keyledger/event-sourcing';
import { checkInput, type MessageContext, type Operation, type PrincipalVerifier } from '@keyledger/messaging';
import { continueTrace, currentTraceparent, histogram, withCorrelation, withSpan } from '@keyledger/telemetry';
import type { Msg } from '@nats-io/transport-node';
import type { Logger } from '../logger.ts';
import type { ConcurrencyLimit } from '../concurrency-limit.ts';
import { faultBody, replyBody } from './reply-body.ts';
import { handOver, type HandoverOptions } from './handover.ts';
import { correlationOf, readRequestHeaders, traceOf } from './request-headers.ts';

export type Handle = (input: unknown, context: MessageContext) => Promise<unknown>;

export interface RequestDeskOptions {
  readonly service: string;
  readonly verifier: PrincipalVerifier;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly limit: ConcurrencyLimit;
  readonly handover?: HandoverOptions | undefined;
}

/** As long as the server lets us answer; a caller that claims to wait longer keeps no work alive by it. */
const LONGEST_WAIT_MS = 120_000;

const handled = histogram({
  name: 'messaging.request.handled',
  description: 'Time from the arrival of a request to its reply',
  attributes: ['operation', 'outcome'],
});

/** Takes a request from the wire to its handler and what comes of it back to the wire. */
export class RequestDesk {
  readonly #options: RequestDeskOptions;

  constructor(options: RequestDeskOptions) {
    this.#options = options;
  }

  /** Answers exactly once, whatever happens. A request that wants its answer anywhere but in an inbox is not even read. */
  answer(operation: Operation, handle: Handle, message: Msg): Promise<void> {
    if (!isInbox(message.reply)) {
      this.#options.logger.warn(
        { subject: operation.subject },
        'A request without an inbox for its answer was dropped',
      );
      return Promise.resolve();
    }
    const receivedAt = this.#options.clock().getTime();
    const started = performance.now();
    return continueTrace(traceOf(message.headers), () =>
      withCorrelation(correlationOf(message.headers), async () => {
        const outcome = await this.#process(operation, handle, message, receivedAt).then(
          (reply) => this.#respond(operation, message, replyBody(reply)),
          (error: unknown) => this.#answerFault(operation, message, error),
        );
        handled.record((performance.now() - started) / 1000, { operation: operation.name, outcome });
      }),
    );
  }

  #process(operation: Operation, handle: Handle, message: Msg, receivedAt: number): Promise<unknown> {
    const attributes = {
      'messaging.system': 'nats',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': operation.subject,
      'messaging.consumer.group.name': this.#options.service,
    };
    const work = async (): Promise<unknown> => {
      const { input, context } = await this.#open(operation, message, receivedAt);
      return handle(input, context);
    };
    return withSpan(`process ${operation.subject}`, attributes, () => this.#options.limit.run(work), {
      kind: 'server',
    });
  }

  /** Everything that must hold before a handler may run. */
  async #open(
    operation: Operation,
    message: Msg,
    receivedAt: number,
  ): Promise<{ input: unknown; context: MessageContext }> {
    const { messageId, correlationId, causationId, timeoutMs, token } = readRequestHeaders(message.headers);
    const deadlineAt = receivedAt + Math.min(timeoutMs, LONGEST_WAIT_MS);
    if (this.#options.clock().getTime() >= deadlineAt)
      throw new AppError('deadline-exceeded', `${operation.name} waited too long for its turn and was not started`);
    const body = bodyOf(message);
    const principal = await this.#options.verifier.verify(token, { subject: operation.subject, messageId, body });
    const input = checkInput(operation, body);
    const traceparent = currentTraceparent();
    const context = { messageId, correlationId, causationId, principal, deadlineAt };
    return { input, context: { ...context, ...(traceparent === undefined ? {} : { traceparent }) } };
  }

  #respond(operation: Operation, message: Msg, body: string): string {
    try {
      message.respond(body);
      return 'replied';
    } catch (error) {
      // Larger than the server takes, most likely.
      return this.#refuse(operation, message, error);
    }
  }

  /** What this replica cannot serve is handed over once: what came by handover goes back with its fault. */
  async #answerFault(operation: Operation, message: Msg, fault: unknown): Promise<string> {
    const { handover } = this.#options;
    if (handover === undefined || !isAppError(fault, handover.code) || message.subject !== operation.subject)
      return this.#refuse(operation, message, fault);
    const { timeoutMs } = readRequestHeaders(message.headers);
    return handOver(handover, operation, message, Math.min(timeoutMs, LONGEST_WAIT_MS)).then(
      (answer) => {
        if (answer === undefined) return this.#refuse(operation, message, fault);
        message.respond(answer);
        return 'handed-over';
      },
      (error: unknown) => this.#refuse(operation, message, error),
    );
  }

  #refuse(operation: Operation, message: Msg, error: unknown): string {
    const code = isAppError(error) ? error.code : 'internal';
    if (code === 'internal') {
      const correlationId = correlationOf(message.headers);
      const fields = { err: error, subject: operation.subject, correlationId };
      this.#options.logger.error(fields, 'A handler failed unexpectedly');
    }
    message.respond(faultBody(error));
    return code;
  }
}

/**
 * The server lets us publish to whatever reply subject a request names. Elsewhere than in an inbox our answer would be
 * somebody's event or a call of JetStream's interface, made with our rights.
 */
const isInbox = (reply: string | undefined): boolean => reply?.startsWith('_INBOX.') === true;

const bodyOf = (message: Msg): unknown => {
  try {
    return message.json();
  } catch {
    throw new AppError('malformed', 'The body is not JSON');
  }
};
