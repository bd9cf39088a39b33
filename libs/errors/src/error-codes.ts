/**
 * The codes of faults that cross the wire. Append only: a retired code stays here, marked as retired, so that an old
 * caller never meets a number or word with a new meaning.
 */
export const errorCodes = [
  /** The input does not have the documented shape. Not worth repeating unchanged. */
  'malformed',
  /** No proof of identity, or one that does not verify. */
  'unauthenticated',
  /** The proof is good, the principal may not do this. */
  'forbidden',
  /** The thing named does not exist, or the principal may not know that it does. */
  'not-found',
  /** Somebody else wrote to the stream since it was read. Repeating the command re-decides. */
  'revision-conflict',
  /** An append repeats a part of what an earlier one wrote; a bug in the caller. */
  'append-overlap',
  /** A dependency cannot be reached or answered with a transient error. Worth repeating. */
  'unavailable',
  /** The caller's deadline passed before an answer could be given; the outcome is unknown. */
  'deadline-exceeded',
  /** Too many requests; see `retryAfterMs`. */
  'rate-limited',
  /** The vault has no usable master key. An operator must unseal it. */
  'sealed',
  /** Anything unexpected. Carries no detail: only the correlation id leads to the log record. */
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** Codes after which the same call may succeed later without a change by the caller. */
export const transientErrorCodes: ReadonlySet<ErrorCode> = new Set([
  'revision-conflict',
  'unavailable',
  'deadline-exceeded',
  'rate-limited',
  'sealed',
]);
