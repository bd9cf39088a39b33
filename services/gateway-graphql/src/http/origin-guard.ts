import { AppError } from '@keyledger/errors';
import { headerOf, type HttpRequest, type Middleware } from './http-message.ts';

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

const hostOf = (origin: string): string | undefined => {
  try {
    return new URL(origin).host;
  } catch {
    return undefined; // 'null' and other opaque origins
  }
};

const isOwnOrigin = (request: HttpRequest, origin: string): boolean => {
  const host = hostOf(origin);
  return host !== undefined && host === headerOf(request, 'host');
};

/**
 * True for a request that a page of another site made a browser send. Browsers say so by `Sec-Fetch-Site`, older ones
 * by `Origin`; a program sends neither. A form on a page with `Referrer-Policy: no-referrer` has the origin `null`,
 * which an old browser cannot be told from a sandboxed frame: it passes only where `mayBeOpaque`.
 */
export const isFromAnotherSite = (
  request: HttpRequest,
  allowedOrigins: readonly string[],
  { mayBeOpaque = false }: { mayBeOpaque?: boolean } = {},
): boolean => {
  const site = headerOf(request, 'sec-fetch-site');
  const origin = headerOf(request, 'origin');
  if (origin !== undefined && allowedOrigins.includes(origin)) return false;
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  if (origin === undefined) return false;
  return origin === 'null' ? !mayBeOpaque : !isOwnOrigin(request, origin);
};

/** Refuses what another site makes a browser send with the cookies or the Basic credentials that it keeps for us. */
export const originGuard =
  (allowedOrigins: readonly string[]): Middleware =>
  (request, _response, next) => {
    if (safeMethods.has(request.method ?? '')) return next();
    const mayBeOpaque = request.path.startsWith('/claim/');
    next(
      isFromAnotherSite(request, allowedOrigins, { mayBeOpaque })
        ? new AppError('forbidden', 'This request was sent by a page of another site')
        : undefined,
    );
  };
