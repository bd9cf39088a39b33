import type { Principal, RequestOptions } from '@keyledger/messaging';

/** In whose name, and as part of what, a service is asked. */
export interface Asker {
  readonly principal: Principal;
  /** Of the HTTP request; the id of the key request where there is one. */
  readonly correlationId: string;
  readonly causationId: string;
}

export const askAs = (principal: Principal, scopeId: string, correlationId = scopeId): Asker => ({
  principal,
  correlationId,
  causationId: scopeId,
});

/** The same asker speaking about one key request: what it causes belongs to the life of that request. */
export const about = (asker: Asker, requestId: string): RequestOptions => ({ ...asker, correlationId: requestId });
