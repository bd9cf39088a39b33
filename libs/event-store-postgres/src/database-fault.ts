import { AppError, isAppError } from '@keyledger/errors';

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

/**
 * Classes of SQLSTATE: connection, resources, operator intervention; then deadlock, serialisation, cancelled locks, idle
 * transactions that were ended, and a server that may only be read, such as a standby during a failover.
 */
const TRANSIENT_STATE = /^(08|53|57|40001|40P01|55P03|25P0[34]|25006)/;
/** Node's names for a connection that cannot be made or was cut. */
const NETWORK = /^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|EAI_|ENOTFOUND)/;
/** `pg` gives these no code. */
const DRIVER_TEXT =
  /connection terminated|connect timeout|timeout expired|trying to connect|query read timeout|not queryable|client was closed/i;

/** The server's socket in the file system is not there. */
const isMissingSocket = (error: unknown): boolean =>
  codeOf(error) === 'ENOENT' && (error as { readonly syscall?: unknown }).syscall === 'connect';

/** True when the server could not be reached or gave up for reasons of its own; the same statement may succeed later. */
export const isConnectionTrouble = (error: unknown): boolean => {
  const code = codeOf(error);
  if (TRANSIENT_STATE.test(code) || NETWORK.test(code) || isMissingSocket(error)) return true;
  return code === '' && error instanceof Error && DRIVER_TEXT.test(error.message);
};

export const isUniqueViolation = (error: unknown): boolean => codeOf(error) === '23505';

/**
 * The typed fault for an error of the driver, or the error itself when it is a defect. The server's text is kept as the
 * cause only, since it may quote data.
 */
export const databaseFault = (error: unknown): unknown => {
  if (isAppError(error)) return error;
  if (isConnectionTrouble(error)) {
    return new AppError('unavailable', 'The database does not answer', { cause: error });
  }
  if (codeOf(error) === '42501') {
    return new AppError('forbidden', 'This database role may not do that', { cause: error });
  }
  return error;
};

/** Runs a statement and translates what it throws. */
export const translated = async <Result>(work: Promise<Result>): Promise<Result> => {
  try {
    return await work;
  } catch (error) {
    throw databaseFault(error);
  }
};
