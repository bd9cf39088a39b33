import type { IncomingMessage } from 'node:http';
import { newId } from '@keyledger/event-sourcing';
import { continueTrace, currentTraceparent, withCorrelation } from '@keyledger/telemetry';
import type { Authenticator } from '../authentication/authenticator.ts';
import type { Caller } from '../authentication/caller.ts';
import { headerOf, type HttpRequest, type Middleware } from './http-message.ts';

/** What is known about an HTTP request before any handler sees it. */
export interface RequestScope {
  /** Shown to the client and written to the log. */
  readonly correlationId: string;
  /** Of the client, as far as the proxies in front are believed. */
  readonly clientAddress: string;
  /** Throws the fault of the sign-in when credentials were given and are wrong. */
  caller(): Caller;
}

const scopes = new WeakMap<IncomingMessage, RequestScope>();

/** The scope of a request that came through `requestScopes`. */
export const scopeOf = (request: IncomingMessage): RequestScope => {
  const scope = scopes.get(request);
  if (scope === undefined) throw new Error('The request did not pass the middleware that opens its scope');
  return scope;
};

const clientAddressOf = (request: HttpRequest): string => request.ip ?? request.socket.remoteAddress ?? 'unknown';

/** The id of a failed request even when no scope was opened for it. */
export const correlationIdOf = (request: IncomingMessage): string | undefined => scopes.get(request)?.correlationId;

/**
 * Opens the scope of each request: correlation id, trace (continued from the client or begun here), and the caller.
 * Wrong credentials are remembered, not refused: public pages work for a browser that sends stale ones.
 */
export const requestScopes =
  (authenticator: Authenticator): Middleware =>
  (request, response, next) => {
    const correlationId = newId();
    const clientAddress = clientAddressOf(request);
    response.setHeader('X-Correlation-Id', correlationId);
    const open = async (): Promise<void> => {
      const proof = {
        authorization: headerOf(request, 'authorization'),
        cookie: headerOf(request, 'cookie'),
        address: clientAddress,
      };
      let caller: () => Caller;
      try {
        const authentication = await authenticator.authenticate(proof);
        if (authentication.setCookie !== undefined) response.setHeader('Set-Cookie', authentication.setCookie);
        caller = () => authentication.caller;
      } catch (fault) {
        caller = () => {
          throw fault;
        };
      }
      scopes.set(request, { correlationId, clientAddress, caller });
      next();
    };
    const traceparent = currentTraceparent();
    const run = (): Promise<void> => withCorrelation(correlationId, open);
    void (traceparent === undefined ? continueTrace(headerOf(request, 'traceparent'), run) : run());
  };
