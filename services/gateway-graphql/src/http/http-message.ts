import type { IncomingMessage, ServerResponse } from 'node:http';

/** What the gateway uses of an Express request. */
export interface HttpRequest extends IncomingMessage {
  readonly ip?: string;
  readonly path: string;
  /** `http` or `https`, as the proxies in front say if they are believed. */
  readonly protocol?: string;
  readonly body?: unknown;
}

export type HttpResponse = ServerResponse;

export type Middleware = (request: HttpRequest, response: HttpResponse, next: (error?: unknown) => void) => void;

/** The single value of a header; of a repeated one the first. */
export const headerOf = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
};
