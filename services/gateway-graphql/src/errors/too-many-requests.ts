import { AppError, isAppError } from '@keyledger/errors';

/** Somebody used up what they may do within a time: 429 in REST, a member of the result union in GraphQL. */
export class TooManyRequests extends AppError {
  constructor(message: string, retryAfterMs: number) {
    super('rate-limited', message, { retryAfterMs });
  }

  /** What a service says of it, as the member of a result union; any other fault stays what it is. */
  static rethrow(this: void, error: unknown): never {
    if (isAppError(error, 'rate-limited')) throw new TooManyRequests(error.message, error.retryAfterMs ?? 1_000);
    throw error;
  }
}
