import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { Logger } from '@keyledger/telemetry';
import { BASIC_CHALLENGE, publicFaultOf, retryAfterSeconds } from '../errors/fault-mapping.ts';
import { InvalidInput } from '../errors/invalid-input.ts';
import { codeOf, Refusal } from '../errors/refusals.ts';
import type { HttpRequest, HttpResponse } from './http-message.ts';
import { correlationIdOf } from './request-scope.ts';
import { refusalStatus } from './refusal-status.ts';

interface HttpFault {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly issues?: readonly object[];
}

/** What is wrong before a handler is reached. The words of the frameworks are not used: they repeat the input. */
const requestFaults: Readonly<Record<number, Omit<HttpFault, 'status'>>> = {
  404: { code: 'NOT_FOUND', message: 'Not found' },
  413: { code: 'TOO_LARGE', message: 'The request is too large' },
  415: { code: 'UNSUPPORTED_MEDIA_TYPE', message: 'The body is in a form that is not understood' },
};

const unreadable = { code: 'MALFORMED', message: 'The request cannot be read; a body must be valid JSON' };

const claimedStatusOf = (error: unknown): unknown => {
  if (error instanceof HttpException) return error.getStatus();
  return error instanceof Error && 'expose' in error && 'status' in error ? error.status : undefined;
};

/** The 4xx of Nest's and Express's own errors; `undefined` for everything else. */
const requestStatusOf = (error: unknown): number | undefined => {
  const status = claimedStatusOf(error);
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
};

const faultOf = (error: unknown): HttpFault => {
  if (error instanceof InvalidInput)
    return { status: 422, code: codeOf(error), message: error.message, issues: error.issues };
  if (error instanceof Refusal)
    return { status: refusalStatus[error.code], code: codeOf(error), message: error.message };
  const requestStatus = requestStatusOf(error);
  if (requestStatus !== undefined) return { status: requestStatus, ...(requestFaults[requestStatus] ?? unreadable) };
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
    if (response.headersSent) return void response.destroy(); // a broken answer must not look like a complete one
    const correlationId = correlationIdOf(http.getRequest<HttpRequest>());
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.statusCode = status;
    response.setHeader('Content-Type', 'application/json; charset=utf-8');
    response.end(JSON.stringify({ message, detail: message, code, issues, correlation_id: correlationId }));
  }
}
