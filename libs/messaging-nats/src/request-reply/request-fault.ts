import { AppError } from '@keyledger/errors';
import { errors } from '@nats-io/transport-node';
import { isPermissionViolation } from '../permission-violation.ts';

export const unavailable = (name: string, why: string, cause?: unknown): AppError =>
  new AppError('unavailable', `${name} cannot be asked: ${why}`, cause === undefined ? {} : { cause });

/** Turns what the transport says into typed faults; anything else is a defect and passes through. */
export const faultOf = (name: string, error: unknown): unknown => {
  const cause = error instanceof errors.RequestError && error.cause !== undefined ? error.cause : error;
  if (cause instanceof errors.TimeoutError)
    return new AppError('deadline-exceeded', `${name} was not answered in time`, { cause });
  if (cause instanceof errors.InvalidArgumentError)
    return new AppError('malformed', `The input of ${name} is larger than a message may be`, { cause });
  if (cause instanceof errors.NoRespondersError) return unavailable(name, 'nobody answers to it', cause);
  if (isPermissionViolation(error))
    return new AppError('forbidden', `The NATS user of this service may not ask ${name}`, { cause });
  if (
    cause instanceof errors.ClosedConnectionError ||
    cause instanceof errors.DrainingConnectionError ||
    cause instanceof errors.RequestError
  )
    return unavailable(name, 'the connection to NATS was lost', cause);
  return error;
};
