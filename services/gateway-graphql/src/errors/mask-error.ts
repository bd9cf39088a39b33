import { currentCorrelationId, type Logger } from '@keyledger/telemetry';
import { GraphQLError, type GraphQLErrorOptions } from 'graphql';
import { BASIC_CHALLENGE, publicFaultOf } from './fault-mapping.ts';
import { codeOf, Refusal } from './refusals.ts';
import { errorWithoutInput } from './without-input.ts';

/** The error that a resolver threw, below the layers that GraphQL wraps around it. */
const originOf = (error: unknown): unknown =>
  error instanceof GraphQLError && error.originalError !== undefined ? originOf(error.originalError) : error;

/** A failed sign-in fails the whole request, so it has its status; a failed field leaves the rest an answer. */
const httpOf = (error: unknown, status: number): object => {
  if (error instanceof GraphQLError && error.path !== undefined) return {};
  return { http: { status, headers: status === 401 ? { 'WWW-Authenticate': BASIC_CHALLENGE } : {} } };
};

const place = (error: unknown): GraphQLErrorOptions =>
  error instanceof GraphQLError
    ? { nodes: error.nodes ?? null, path: error.path ?? null, positions: error.positions ?? null }
    : {};

/**
 * What a client learns of an error: a typed fault with its code, a mistake in the operation as it is, and of everything
 * else no more than the correlation id, under which the log has the rest.
 */
export const maskErrorWith =
  (logger: Logger) =>
  (error: unknown): GraphQLError => {
    const origin = originOf(error);
    const correlationId = currentCorrelationId();
    if (origin instanceof GraphQLError) {
      const silent = errorWithoutInput(origin);
      silent.extensions['code'] ??= 'MALFORMED';
      silent.extensions['correlationId'] = correlationId;
      return silent;
    }
    if (origin instanceof Refusal)
      // outside of a result union, such as a wrong claim code with a query
      return new GraphQLError(origin.message, {
        ...place(error),
        extensions: { code: codeOf(origin), correlationId },
      });
    const fault = publicFaultOf(origin);
    if (fault.status === 500) logger.error({ err: origin }, 'a resolver failed');
    const { code, detail, retryAfterMs, status } = fault;
    return new GraphQLError(fault.message, {
      ...place(error),
      extensions: { code, correlationId, detail, retryAfterMs, ...httpOf(error, status) },
    });
  };
