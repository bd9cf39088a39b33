import { AppError, isTransient } from '@keyledger/errors';
import { isConnectionTrouble } from '@keyledger/event-store-postgres';

/** By name: the packages of NATS export classes from several modules. Streams and consumers are made anew at a start. */
const NATS_ERRORS = new Set([
  'ConnectionError',
  'ClosedConnectionError',
  'DrainingConnectionError',
  'TimeoutError',
  'NoResponders',
  'RequestError',
  'JetStreamError',
  'JetStreamStatusError',
  'JetStreamNotEnabled',
  'StreamNotFoundError',
  'ConsumerNotFoundError',
]);

const isLostConnection = (error: Error): boolean => isConnectionTrouble(error) || NATS_ERRORS.has(error.name);

/** True when running again later may succeed: a typed transient fault, or a lost connection that nobody translated. */
export const isTransientFault = (error: unknown): boolean => {
  if (error instanceof AppError) return isTransient(error);
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.every(isTransientFault);
  return isLostConnection(error) || isTransientFault(error.cause);
};
