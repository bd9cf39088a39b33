import { AppError } from '@keyledger/errors';
import type { Middleware } from './http-message.ts';

/** A name or address, perhaps with a port, and nothing else of a URL. */
const isHost = (host: string): boolean => /^[^\s/?#@\\]+$/.test(host) && URL.canParse(`http://${host}`);

/** What stands behind builds URLs with the Host header and does not expect that it is none. */
export const hostGuard: Middleware = (request, _response, next) => {
  const { host } = request.headers;
  next(
    host === undefined || isHost(host)
      ? undefined
      : new AppError('malformed', 'The Host header is not the name of a host'),
  );
};
