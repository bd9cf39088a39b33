import type { Principal } from '@keyledger/messaging';
import { AppError } from '@keyledger/errors';
import { type Asker, askAs } from '../application/asker.ts';
import type { HttpRequest } from '../http/http-message.ts';
import { scopeOf } from '../http/request-scope.ts';
import { principalOf } from '../authentication/caller.ts';

/** The signed-in caller; throws `unauthenticated`. */
export const signedIn = (request: HttpRequest): Principal => {
  const caller = scopeOf(request).caller();
  if (caller.kind === 'visitor') throw new AppError('unauthenticated', 'Not authenticated');
  return caller.principal;
};

/** Asks in the name of the signed-in caller. */
export const askSignedIn = (request: HttpRequest): Asker => askAs(signedIn(request), scopeOf(request).correlationId);

/** Asks in the name of whoever it is. */
export const askAnybody = (request: HttpRequest): Asker => {
  const scope = scopeOf(request);
  return askAs(principalOf(scope.caller()), scope.correlationId);
};
