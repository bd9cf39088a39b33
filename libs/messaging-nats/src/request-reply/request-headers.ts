import { AppError } from '@keyledger/errors';
import { isId } from '@keyledger/event-sourcing';
import { headers, type MsgHdrs } from '@nats-io/transport-node';

const MESSAGE_ID = 'keyledger-message-id';
const CORRELATION_ID = 'keyledger-correlation-id';
const CAUSATION_ID = 'keyledger-causation-id';
/** What is left of the time that the caller waits. A span, since clocks of two machines differ. */
const TIMEOUT_MS = 'keyledger-timeout-ms';
const PRINCIPAL = 'keyledger-principal';
const TRACEPARENT = 'traceparent';

export interface RequestHeaders {
  readonly messageId: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly timeoutMs: number;
  readonly token: string | undefined;
  /** W3C trace context. */
  readonly traceparent: string | undefined;
}

export const writeRequestHeaders = (values: RequestHeaders): MsgHdrs => {
  const written = headers();
  written.set(MESSAGE_ID, values.messageId);
  written.set(CORRELATION_ID, values.correlationId);
  written.set(CAUSATION_ID, values.causationId);
  written.set(TIMEOUT_MS, String(values.timeoutMs));
  if (values.token !== undefined) written.set(PRINCIPAL, values.token);
  if (values.traceparent !== undefined) written.set(TRACEPARENT, values.traceparent);
  return written;
};

const malformed = (header: string): AppError =>
  new AppError('malformed', `The header ${header} is missing or malformed`);

const required = (received: MsgHdrs | undefined, header: string, isValid: (value: string) => boolean): string => {
  const value = received?.get(header) ?? '';
  if (!isValid(value)) throw malformed(header);
  return value;
};

const isText = (value: string): boolean => value.length > 0 && value.length <= 200;

const isTimeout = (value: string): boolean => /^[1-9]\d{0,8}$/.test(value);

export const traceOf = (received: MsgHdrs | undefined): string | undefined => received?.get(TRACEPARENT) || undefined;

/** For the log, before the headers were checked. */
export const correlationOf = (received: MsgHdrs | undefined): string => received?.get(CORRELATION_ID) ?? '';

/** Throws `malformed`, naming the header. */
export const readRequestHeaders = (received: MsgHdrs | undefined): RequestHeaders => ({
  messageId: required(received, MESSAGE_ID, isId),
  correlationId: required(received, CORRELATION_ID, isText),
  causationId: required(received, CAUSATION_ID, isText),
  timeoutMs: Number(required(received, TIMEOUT_MS, isTimeout)),
  token: received?.get(PRINCIPAL) || undefined,
  traceparent: traceOf(received),
});
