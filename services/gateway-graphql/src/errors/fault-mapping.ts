import { AppError, type ErrorCode } from '@keyledger/errors';
import { InvalidInput } from './invalid-input.ts';

export interface FaultMapping {
  readonly status: number;
  /** `extensions.code` in GraphQL, `code` in REST. */
  readonly code: string;
}

/** The one place where faults get an HTTP status. */
const mappings: Readonly<Record<ErrorCode, FaultMapping>> = {
  malformed: { status: 400, code: 'MALFORMED' },
  unauthenticated: { status: 401, code: 'UNAUTHENTICATED' },
  forbidden: { status: 403, code: 'FORBIDDEN' },
  'not-found': { status: 404, code: 'NOT_FOUND' },
  'revision-conflict': { status: 409, code: 'CONFLICT' },
  'append-overlap': { status: 500, code: 'INTERNAL' },
  unavailable: { status: 503, code: 'UNAVAILABLE' },
  'deadline-exceeded': { status: 504, code: 'DEADLINE_EXCEEDED' },
  'rate-limited': { status: 429, code: 'RATE_LIMITED' },
  sealed: { status: 503, code: 'SEALED' },
  internal: { status: 500, code: 'INTERNAL' },
};

export const UNEXPECTED = 'Unexpected error';

export interface PublicFault extends FaultMapping {
  readonly message: string;
  readonly detail: Readonly<Record<string, string | number | boolean>>;
  readonly retryAfterMs?: number;
}

/** What a client may know of an error: all of a typed fault and of wrong input, nothing of a defect. */
export const publicFaultOf = (error: unknown): PublicFault => {
  if (error instanceof InvalidInput) {
    const detail = Object.fromEntries(
      error.issues.map(({ path, message }) => [path === '' ? '(input)' : path, message]),
    );
    return { ...mappings.malformed, message: error.message, detail };
  }
  if (!(error instanceof AppError)) return { ...mappings.internal, message: UNEXPECTED, detail: {} };
  const mapping = mappings[error.code];
  if (mapping.status === 500) return { ...mapping, message: UNEXPECTED, detail: {} };
  const { message, detail, retryAfterMs } = error;
  return { ...mapping, message, detail, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
};

/** Seconds for `Retry-After`, at least one. */
export const retryAfterSeconds = (retryAfterMs: number): string => String(Math.max(1, Math.ceil(retryAfterMs / 1000)));

export const BASIC_CHALLENGE = 'Basic realm="Keyledger", charset="UTF-8"';
