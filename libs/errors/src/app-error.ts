import { type ErrorCode, transientErrorCodes } from './error-codes.ts';

/** Values that may be shown to a caller: never input that could be a secret. */
export type SafeDetail = Readonly<Record<string, string | number | boolean>>;

export interface AppErrorOptions {
  readonly detail?: SafeDetail;
  /** Milliseconds after which a repetition makes sense. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/**
 * A fault with a type. `message` and `detail` are shown to the caller and written to logs, so they hold no secret and
 * say what to do. Test with `isAppError(error, code)`; across processes only the code survives.
 */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly detail: SafeDetail;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.detail = options.detail ?? {};
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** True for an `AppError`, with `code` only for that one. */
export const isAppError = (error: unknown, code?: ErrorCode): error is AppError =>
  error instanceof AppError && (code === undefined || error.code === code);

/** True when repeating the call later may succeed. A defect is not transient. */
export const isTransient = (error: unknown): boolean =>
  error instanceof AppError && transientErrorCodes.has(error.code);
