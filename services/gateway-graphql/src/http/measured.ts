import { requestAnswered } from '../telemetry-events.ts';
import type { Middleware } from './http-message.ts';

const areas: ReadonlySet<string> = new Set(['graphql', 'api', 'claim', 'docs', 'health', 'openapi.json', 'redoc', '']);

const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS']);

const areaOf = (path: string): string => {
  const [, first = ''] = path.split('/');
  return areas.has(first) ? first || 'root' : 'other';
};

/** Measures every request; an event stream counts when it ends. */
export const measured: Middleware = (request, response, next) => {
  const startedAt = performance.now();
  const area = areaOf(request.path);
  const method = methods.has(request.method ?? '') ? (request.method ?? '') : 'other';
  response.once('close', () => {
    const status = `${Math.floor(response.statusCode / 100)}xx`;
    requestAnswered({ method, area, status, seconds: (performance.now() - startedAt) / 1000 });
  });
  next();
};
