import type { Logger } from '@keyledger/telemetry';
import type { Middleware } from './http-message.ts';

/**
 * Says once that a proxy seems to stand in front and is not believed: then all clients have its address, and what one of
 * them uses up is used up for all. Anybody can send such a header, so it is a hint and no more.
 */
export const unheardProxy = (logger: Logger): Middleware => {
  let isTold = false;
  return (request, _response, next) => {
    if (!isTold && ('x-forwarded-for' in request.headers || 'forwarded' in request.headers)) {
      isTold = true;
      logger.warn('requests come through a proxy, but TRUST_PROXY is 0: all clients count as one address');
    }
    next();
  };
};
