import { ErrorType, isCommandError } from '@eventstore/db-client';
import { AppError } from '@keyledger/errors';

const UNAVAILABLE: ReadonlySet<ErrorType> = new Set([
  ErrorType.TIMEOUT,
  ErrorType.DEADLINE_EXCEEDED,
  ErrorType.UNAVAILABLE,
  ErrorType.CANCELLED,
  ErrorType.NOT_LEADER,
]);

/** gRPC status codes that mean "try again": CANCELLED, DEADLINE_EXCEEDED, ABORTED, UNAVAILABLE. */
const TRANSIENT_STATUS: ReadonlySet<unknown> = new Set([1, 4, 10, 14]);

/** Discovery of a cluster fails with a plain error; its text is the only mark that it has. */
const isDiscoveryFailure = (error: unknown): boolean =>
  error instanceof Error && /discover|failed to connect|no connection established|ECONNREFUSED/i.test(error.message);

/** Turns what the client throws into a typed fault. Unknown errors pass unchanged: they are defects. */
export const toFault = (error: unknown): unknown => {
  if (error instanceof AppError) return error;
  if (error instanceof Error && isCommandError(error)) {
    if (error.type === ErrorType.ACCESS_DENIED) {
      return new AppError('forbidden', 'The event store does not allow this user to touch the stream', {
        cause: error,
      });
    }
    if (error.type === ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED) {
      return new AppError(
        'malformed',
        'The append is larger than the event store accepts; use fewer or smaller events',
      );
    }
    if (UNAVAILABLE.has(error.type)) return unavailable(error);
  }
  const status = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return TRANSIENT_STATUS.has(status) || isDiscoveryFailure(error) ? unavailable(error) : error;
};

const unavailable = (cause: unknown): AppError =>
  new AppError('unavailable', 'The event store does not answer; the outcome of an append is unknown', { cause });
