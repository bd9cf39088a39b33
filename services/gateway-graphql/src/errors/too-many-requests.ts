import { AppError } from '@keyledger/errors';

/** Somebody used up what they may do within a time: 429 in REST, a member of the result union in GraphQL. */
export class TooManyRequests extends AppError {
  constructor(message: string, retryAfterMs: number) {
    super('rate-limited', message, { retryAfterMs });
  }
}
