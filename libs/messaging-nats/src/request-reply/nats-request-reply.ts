import { AppError } from '@keyledger/errors';
import { newId } from '@keyledger/event-sourcing';
import { checkInput, checkReply, type PrincipalSigner, type RequestReply } from '@keyledger/messaging';
import { continueTrace, currentTraceparent, withSpan } from '@keyledger/telemetry';
import { errors, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { isConnected } from '../connection-state.ts';
import { isPermissionViolation } from '../permission-violation.ts';
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
  if (isPermissionViolation(error))
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
export const natsRequestReply = ({ connection, signer }: NatsRequestReplyOptions): RequestReply => ({
  request: async (operation, input, options) => {
    checkInput(operation, input);
    const { subject, name } = operation;
    const { principal, correlationId, causationId, messageId = newId(), timeoutMs = DEFAULT_TIMEOUT_MS } = options;
    const deadline = performance.now() + timeoutMs;
    const token = await signer.sign(principal, { subject, messageId, body: input });
    const ids = { messageId, correlationId, causationId };

    const ask = async (): Promise<Msg> => {
      // A message that is buffered until the server is back would arrive after its caller has given up.
      if (!isConnected(connection)) throw unavailable(name, 'there is no connection to NATS');
      const remainingMs = Math.max(1, Math.round(deadline - performance.now()));
      const headers = writeRequestHeaders({ ...ids, timeoutMs: remainingMs, token, traceparent: currentTraceparent() });
      try {
        return await connection.request(subject, JSON.stringify(input), { timeout: remainingMs, headers });
      } catch (error) {
        throw faultOf(name, error);
      }
    };

    return withSpan(
      `request ${subject}`,
      attributesOf(subject, ids),
      () =>
        continueTrace(undefined, async () => {
          const received = readReplyBody((await ask()).string());
          if ('fault' in received) throw received.fault;
          return checkReply(operation, received.reply) as never;
        }),
      { kind: 'client' },
    );
  },
});

const attributesOf = (subject: string, ids: { messageId: string; correlationId: string }) => ({
  'messaging.system': 'nats',
  'messaging.operation.name': 'request',
  'messaging.operation.type': 'send',
  'messaging.destination.name': subject,
  'messaging.message.id': ids.messageId,
  'messaging.message.conversation_id': ids.correlationId,
});
