import { errors } from '@nats-io/transport-node';

/** The client hands it out bare, or as the cause of a failed request. */
export const isPermissionViolation = (error: unknown): boolean =>
  error instanceof errors.PermissionViolationError ||
  (error instanceof Error && error.cause instanceof errors.PermissionViolationError);
