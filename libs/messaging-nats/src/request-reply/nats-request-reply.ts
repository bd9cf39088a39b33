import { newId } from '@keyledger/event-sourcing';
import { checkInput, checkReply, type PrincipalSigner, type RequestReply } from '@keyledger/messaging';
import { continueTrace, currentTraceparent, withSpan } from '@keyledger/telemetry';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { isConnected } from '../connection-state.ts';
import { readReplyBody } from './reply-body.ts';
import { faultOf, unavailable } from './request-fault.ts';
import { writeRequestHeaders } from './request-headers.ts';

export interface NatsRequestReplyOptions {
  readonly connection: NatsConnection;
  readonly signer: PrincipalSigner;
}

const DEFAULT_TIMEOUT_MS = 5_000;

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
