import { AppError } from '@keyledger/errors';
import { newId } from '@keyledger/event-sourcing';
import { checkInput, checkReply, type PrincipalSigner, type RequestReply } from '@keyledger/messaging';
import { errors, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { SpanKind } from '@opentelemetry/api';
import { isConnected } from '../connection-state.ts';
import { currentTrace, inSpan } from '../trace.ts';
import { readReplyBody } from './reply-body.ts';
import { writeRequestHeaders } from './request-headers.ts';

export interface NatsRequestReplyOptions {
  readonly connection: NatsConnection;
  readonly signer: PrincipalSigner;
}

const DEFAULT_TIMEOUT_MS = 5_000;

const unavailable = (name: string, why: string, cause?: unknown): AppError =>
  new AppError('unavailable', `${name} cannot be asked: ${why}`, cause === undefined ? {} : { cause });

/** Turns what the transport says into typed faults; anything else is a defect and passes through. */
const faultOf = (name: string, error: unknown): unknown => {
  const cause = error instanceof errors.RequestError && error.cause !== undefined ? error.cause : error;
  if (cause instanceof errors.TimeoutError)
    return new AppError('deadline-exceeded', `${name} was not answered in time`, { cause });
  if (cause instanceof errors.InvalidArgumentError)
    return new AppError('malformed', `The input of ${name} is larger than a message may be`, { cause });
  if (cause instanceof errors.NoRespondersError) return unavailable(name, 'nobody answers to it', cause);
  if (cause instanceof errors.PermissionViolationError)
    return new AppError('forbidden', `The NATS user of this service may not ask ${name}`, { cause });
  if (
    cause instanceof errors.ClosedConnectionError ||
    cause instanceof errors.DrainingConnectionError ||
    cause instanceof errors.RequestError
  )
    return unavailable(name, 'the connection to NATS was lost', cause);
  return error;
};

/** Request/reply over core NATS; the other side is `natsServer`. */
export const natsRequestReply = ({ connection, signer }: NatsRequestReplyOptions): RequestReply => {
  const send = async (
    subject: string,
    name: string,
    body: string,
    headers: Parameters<typeof writeRequestHeaders>[0],
  ): Promise<Msg> => {
    // A message that is buffered until the server is back would arrive after its caller has given up.
    if (!isConnected(connection)) throw unavailable(name, 'there is no connection to NATS');
    try {
      return await connection.request(subject, body, {
        timeout: headers.timeoutMs,
        headers: writeRequestHeaders(headers),
      });
    } catch (error) {
      throw faultOf(name, error);
    }
  };

  return {
    request: async (operation, input, options) => {
      checkInput(operation, input);
      const { subject, name } = operation;
      const { principal, correlationId, causationId, messageId = newId(), timeoutMs = DEFAULT_TIMEOUT_MS } = options;
      const startedAt = performance.now();
      const token = await signer.sign(principal, { subject, messageId, body: input });
      const attributes = {
        'messaging.system': 'nats',
        'messaging.operation.name': 'request',
        'messaging.destination.name': subject,
        'messaging.message.id': messageId,
        'messaging.message.conversation_id': correlationId,
      };
      return inSpan({ name: `request ${subject}`, kind: SpanKind.CLIENT, attributes }, async () => {
        const remainingMs = Math.max(1, Math.round(timeoutMs - (performance.now() - startedAt)));
        const message = await send(subject, name, JSON.stringify(input), {
          messageId,
          correlationId,
          causationId,
          timeoutMs: remainingMs,
          token,
          trace: currentTrace(),
        });
        const received = readReplyBody(message.string());
        if ('fault' in received) throw received.fault;
        return checkReply(operation, received.reply) as never;
      });
    },
  };
};
