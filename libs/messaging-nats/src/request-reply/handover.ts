import type { ErrorCode } from '@keyledger/errors';
import { handoverSubject, type Operation } from '@keyledger/messaging';
import { errors, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { isPermissionViolation } from '../permission-violation.ts';
import { faultOf } from './request-fault.ts';

export interface HandoverOptions {
  /** May ask other replicas; the connection of the desk only answers. */
  readonly connection: NatsConnection;
  /** A replica that answers with this fault has done nothing, and another one may be able to. */
  readonly code: ErrorCode;
}

/**
 * Asks a replica that is able for the answer to a request, as it came: the token in it is bound to operation, message id and
 * body. `undefined` when there is none, which is known at once. Throws when one took it and what became of it is unknown.
 */
export const handOver = async (
  { connection }: HandoverOptions,
  operation: Operation,
  { data, headers }: Msg,
  timeoutMs: number,
): Promise<Uint8Array | undefined> => {
  const options = { timeout: Math.max(1, timeoutMs), ...(headers === undefined ? {} : { headers }) };
  try {
    return (await connection.request(handoverSubject(operation.service, operation.name), data, options)).data;
  } catch (error) {
    const cause = error instanceof errors.RequestError && error.cause !== undefined ? error.cause : error;
    if (cause instanceof errors.NoRespondersError || isPermissionViolation(error)) return undefined;
    throw faultOf(operation.name, error);
  }
};
