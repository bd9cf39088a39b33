import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { Logger } from '@keyledger/telemetry';
import { BASIC_CHALLENGE, publicFaultOf, retryAfterSeconds } from '../errors/fault-mapping.ts';
import { InvalidInput } from '../errors/invalid-input.ts';
import { Refusal, refusalStatus } from '../errors/refusals.ts';
import type { HttpRequest, HttpResponse } from './http-message.ts';
import { correlationIdOf } from './request-scope.ts';

interface HttpFault {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly issues?: readonly object[];
}

const codeOfStatus = (status: number): string =>
  status === 404 ? 'NOT_FOUND' : status < 500 ? 'MALFORMED' : 'INTERNAL';

const faultOf = (error: unknown): HttpFault => {
  if (error instanceof InvalidInput)
    return { status: 422, code: 'INVALID_INPUT', message: error.message, issues: error.issues };
  if (error instanceof Refusal)
    return {
      status: refusalStatus[error.code],
      code: error.code.toUpperCase().replaceAll('-', '_'),
      message: error.message,
    };
  if (error instanceof HttpException && error.getStatus() < 500)
    return { status: error.getStatus(), code: codeOfStatus(error.getStatus()), message: error.message };
  const { status, code, message, retryAfterMs } = publicFaultOf(error);
  return {
    status,
    code,
    message,
    headers: {
      ...(status === 401 ? { 'WWW-Authenticate': BASIC_CHALLENGE } : {}),
      ...(retryAfterMs === undefined ? {} : { 'Retry-After': retryAfterSeconds(retryAfterMs) }),
    },
  };
};

/** Answers every error of REST in one shape: `message` for people, repeated as `detail`, where older clients look. */
@Catch()
export class FaultFilter implements ExceptionFilter {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const response = http.getResponse<HttpResponse>();
    const { status, code, message, headers = {}, issues } = faultOf(error);
    if (status === 500) this.#logger.error({ err: error }, 'a request failed');
    if (response.headersSent) return void response.destroy();
    const correlationId = correlationIdOf(http.getRequest<HttpRequest>());
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.statusCode = status;
    response.setHeader('Content-Type', 'application/json; charset=utf-8');
    response.end(JSON.stringify({ message, detail: message, code, issues, correlation_id: correlationId }));
  }
}
