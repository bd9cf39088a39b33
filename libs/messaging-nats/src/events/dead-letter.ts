import { isAppError } from '@keyledger/errors';
import { deadLetterSubject, type ServiceName } from '@keyledger/messaging';
import { jetstream, type JsMsg } from '@nats-io/jetstream';
import { headers as newHeaders, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';
import { percentDecode, percentEncode } from './percent-encoding.ts';

/** Why an event ended in the dead letters. Text of a defect may hold anything, so only its name is kept. */
export interface DeadLetterCause {
  /** Code of a typed fault, else `internal`. */
  readonly code: string;
  readonly message: string;
}

const CAUSE_CODE = 'keyledger-cause-code';
const CAUSE_MESSAGE = 'keyledger-cause-message';
const ATTEMPTS = 'keyledger-attempts';
const SUBJECT = 'keyledger-subject';

export const causeOf = (error: unknown): DeadLetterCause => {
  if (isAppError(error) && error.code !== 'internal') return { code: error.code, message: error.message };
  return { code: 'internal', message: error instanceof Error ? error.name : 'unknown' };
};

const eventIdOf = (message: JsMsg): string => {
  const id = message.headers?.get('ce-id') ?? '';
  // A token of a subject; something that is no event of ours is named by its place.
  return /^[\w-]{1,64}$/.test(id) ? id : `seq-${message.seq}`;
};

/**
 * Stores a copy of `message` with the cause. One subject per reactor and event, and a message id of the place in the
 * stream: a repetition after a crash replaces or drops the double.
 */
export const publishDeadLetter = async (
  connection: NatsConnection,
  service: ServiceName,
  reactor: string,
  message: JsMsg,
  error: unknown,
): Promise<void> => {
  const cause = causeOf(error);
  const copied = newHeaders();
  for (const key of message.headers?.keys() ?? [])
    if (key.startsWith('ce-')) copied.set(key, message.headers?.get(key) ?? '');
  copied.set(SUBJECT, message.subject);
  copied.set(CAUSE_CODE, cause.code);
  copied.set(CAUSE_MESSAGE, percentEncode(cause.message));
  copied.set(ATTEMPTS, String(message.info.deliveryCount));
  await jetstream(connection).publish(`${deadLetterSubject(service, reactor)}.${eventIdOf(message)}`, message.data, {
    headers: copied,
    msgID: `${reactor}/${message.seq}/${message.timestampNanos}`,
  });
};

export interface DeadLetterHeaders {
  readonly subject: string;
  readonly cause: DeadLetterCause;
  readonly attempts: number;
}

export const readDeadLetterHeaders = (received: MsgHdrs | undefined): DeadLetterHeaders => ({
  subject: received?.get(SUBJECT) ?? '',
  cause: { code: received?.get(CAUSE_CODE) ?? '', message: percentDecode(received?.get(CAUSE_MESSAGE) ?? '') },
  attempts: Number(received?.get(ATTEMPTS) ?? 0),
});
