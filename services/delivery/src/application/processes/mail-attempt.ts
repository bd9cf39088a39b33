import { AppError } from '@keyledger/errors';
import { retryDelayMs } from '../../domain/policies/mail-retry.policy.ts';

/** Says to whoever runs the process that the mail is due again later. */
export const mailDeferred = (cause: string, failedAttempts: number): AppError =>
  new AppError('unavailable', `The mail could not be handed over (${cause}); it is tried again later`, {
    detail: { cause },
    retryAfterMs: retryDelayMs(failedAttempts),
  });
