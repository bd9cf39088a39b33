import { AppError, isTransient } from '@keyledger/errors';

/** The network's, of Node. */
const SYSTEM_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** SQLSTATE: connection exceptions, shutdown and start of the server, lack of resources, conflicts between transactions. */
const SQLSTATE = /^(08...|57P0[1-5]|53...|40001|40P01|25P03)$/;

/** The driver of PostgreSQL has no code for a connection that ended under it. */
const PG_CONNECTION_LOST = /^(Connection terminated|timeout expired|Client has encountered a connection error)/;

/** By name: the packages of NATS export classes from several modules. Streams and consumers are made anew at a start. */
const NATS_ERRORS = new Set([
  'ConnectionError',
  'ClosedConnectionError',
  'DrainingConnectionError',
  'TimeoutError',
  'NoRespondersError',
  'RequestError',
  'JetStreamError',
  'JetStreamStatusError',
  'JetStreamNotEnabled',
  'StreamNotFoundError',
  'ConsumerNotFoundError',
]);

const isLostConnection = ({ name, message, code }: Error & { code?: unknown }): boolean =>
  (typeof code === 'string' && (SYSTEM_CODES.has(code) || SQLSTATE.test(code))) ||
  NATS_ERRORS.has(name) ||
  PG_CONNECTION_LOST.test(message);

/** True when running again later may succeed: a typed transient fault, or a lost connection that nobody translated. */
export const isTransientFault = (error: unknown): boolean => {
  if (error instanceof AppError) return isTransient(error);
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.every(isTransientFault);
  return isLostConnection(error) || isTransientFault(error.cause);
};
