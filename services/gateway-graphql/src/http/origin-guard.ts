import { AppError } from '@keyledger/errors';
import { headerOf, type HttpRequest, type Middleware } from './http-message.ts';

export interface OwnOrigins {
  /** As a browser sees the gateway. */
  readonly publicUrl: string;
  /** Other origins whose pages may call the API. */
  readonly allowedOrigins: readonly string[];
}

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * The origin of a page that the gateway itself served under the name that the request names. Behind https every such page
 * is https, whatever the hop from the proxy is: a page of the same name over plain http may be anybody's.
 */
const servedOrigin = (request: HttpRequest, publicUrl: string): string => {
  const scheme = publicUrl.startsWith('https:') ? 'https' : (request.protocol ?? 'http');
  return `${scheme}://${headerOf(request, 'host') ?? ''}`;
};

const originOf = (url: string): string | undefined => (URL.canParse(url) ? new URL(url).origin : undefined);

/** Compares scheme, host and port. */
const isOwnOrigin = (request: HttpRequest, origin: string, publicUrl: string): boolean =>
  [publicUrl, servedOrigin(request, publicUrl)].map(originOf).includes(origin);

/**
 * True for a request that a page of another site made a browser send. Browsers say so by `Sec-Fetch-Site`, older ones
 * by `Origin`; a program sends neither. A form on a page with `Referrer-Policy: no-referrer` has the origin `null`,
 * which an old browser cannot be told from a sandboxed frame: it passes only where `mayBeOpaque`.
 */
export const isFromAnotherSite = (
  request: HttpRequest,
  own: OwnOrigins,
  { mayBeOpaque = false }: { mayBeOpaque?: boolean } = {},
): boolean => {
  const site = headerOf(request, 'sec-fetch-site');
  const origin = headerOf(request, 'origin');
  if (origin !== undefined && own.allowedOrigins.includes(origin)) return false;
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  if (origin === undefined) return false;
  return origin === 'null' ? !mayBeOpaque : !isOwnOrigin(request, origin, own.publicUrl);
};

/** Refuses what another site makes a browser send with the cookies or the Basic credentials that it keeps for us. */
export const originGuard =
  (own: OwnOrigins): Middleware =>
  (request, _response, next) => {
    if (safeMethods.has(request.method ?? '')) return next();
    const mayBeOpaque = request.path.startsWith('/claim/');
    next(
      isFromAnotherSite(request, own, { mayBeOpaque })
        ? new AppError('forbidden', 'This request was sent by a page of another site')
        : undefined,
    );
  };
