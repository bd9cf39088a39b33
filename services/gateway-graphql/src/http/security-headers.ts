import type { Middleware } from './http-message.ts';

/** Policy of answers that are no page at all. */
const NO_PAGE_POLICY = "default-src 'none'; frame-ancestors 'none'";

/** Swagger UI serves its own scripts, and writes styles into the page. */
const DOCS_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** GraphiQL comes as one page with its scripts and styles inside; it is not served in production. */
const GRAPHIQL_POLICY =
  "default-src 'none'; script-src 'self' 'unsafe-inline' blob:; style-src 'unsafe-inline'; img-src 'self' data:; " +
  "font-src data:; connect-src 'self'; worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export interface SecurityHeaderOptions {
  readonly isHttps: boolean;
  readonly hasGraphiql: boolean;
}

const policyOf = (path: string, hasGraphiql: boolean): string => {
  if (path === '/docs' || path.startsWith('/docs/')) return DOCS_POLICY;
  return hasGraphiql && path === '/graphql' ? GRAPHIQL_POLICY : NO_PAGE_POLICY;
};

/** Strict by default: nothing is cached, framed, sniffed or allowed to load anything. Pages loosen it for themselves. */
export const securityHeaders =
  ({ isHttps, hasGraphiql }: SecurityHeaderOptions): Middleware =>
  (request, response, next) => {
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('X-Frame-Options', 'DENY');
    response.setHeader('Referrer-Policy', 'no-referrer');
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
    response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
    response.setHeader('Content-Security-Policy', policyOf(request.path, hasGraphiql));
    response.setHeader('Cache-Control', 'no-store');
    if (isHttps) response.setHeader('Strict-Transport-Security', 'max-age=31536000; includeSubDomains');
    next();
  };
