import { AppError, type SafeDetail } from './app-error.ts';
import { type ErrorCode, errorCodes } from './error-codes.ts';

/** What crosses the wire for a fault. A defect becomes `internal` without message or detail. */
export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly detail: SafeDetail;
  readonly retryAfterMs?: number;
}

const INTERNAL: WireError = { code: 'internal', message: 'Unexpected error', detail: {} };

/** Drops everything of an error that is not typed: text of a defect may hold anything. */
export const toWireError = (error: unknown): WireError => {
  if (!(error instanceof AppError) || error.code === 'internal') return INTERNAL;
  const { code, message, detail, retryAfterMs } = error;
  return { code, message, detail, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
};

const isErrorCode = (value: unknown): value is ErrorCode => (errorCodes as readonly unknown[]).includes(value);

const safeDetail = (value: unknown): SafeDetail =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(
        Object.entries(value).filter((entry): entry is [string, string | number | boolean] =>
          ['string', 'number', 'boolean'].includes(typeof entry[1]),
        ),
      )
    : {};

/** Reads what another process sent. Anything that is not a known typed fault becomes `internal`. */
export const fromWireError = (value: unknown): AppError => {
  const wire = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  if (!isErrorCode(wire['code'])) return new AppError('internal', INTERNAL.message);
  return new AppError(wire['code'], typeof wire['message'] === 'string' ? wire['message'] : INTERNAL.message, {
    detail: safeDetail(wire['detail']),
    ...(typeof wire['retryAfterMs'] === 'number' ? { retryAfterMs: wire['retryAfterMs'] } : {}),
  });
};
