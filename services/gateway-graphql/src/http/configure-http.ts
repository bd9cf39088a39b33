import type { Logger } from '@keyledger/telemetry';
import { LOGGER } from '@keyledger/nest-kit';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Authenticator } from '../authentication/authenticator.ts';
import type { GatewayConfig } from '../config.ts';
import type { Gateway } from '../context.ts';
import { AUTHENTICATOR, GATEWAY } from '../tokens.ts';
import { FaultFilter } from './fault.filter.ts';
import { graphqlServer } from './graphql-server.ts';
import { measured } from './measured.ts';
import { hostGuard } from './host-guard.ts';
import { serveOpenApi } from './open-api.ts';
import type { Middleware } from './http-message.ts';
import { originGuard } from './origin-guard.ts';
import { requestScopes } from './request-scope.ts';
import { securityHeaders } from './security-headers.ts';
import { unheardProxy } from './unheard-proxy.ts';

/** Largest body of REST; the largest input of a contract is about 2 kB. */
const BODY_LIMIT = '32kb';

/** Asks proxies not to hold back server-sent events. */
const unbuffered: Middleware = (_request, response, next) => {
  response.setHeader('X-Accel-Buffering', 'no');
  next();
};

/** Everything that every request passes, in this order. */
export const configureHttp = (app: NestExpressApplication, config: GatewayConfig): void => {
  const logger = app.get<Logger>(LOGGER);
  const { corsOrigins, hasGraphiql, isProduction, publicUrl, trustedProxies } = config;
  app.set('trust proxy', trustedProxies);
  app.set('query parser', 'simple');
  app.disable('x-powered-by');
  app.disable('etag'); // nothing may be cached
  app.useGlobalFilters(new FaultFilter(logger));
  app.use(measured);
  if (trustedProxies === 0) app.use(unheardProxy(logger));
  app.use(securityHeaders({ isHttps: publicUrl.startsWith('https:'), hasGraphiql }));
  app.use(hostGuard);
  if (corsOrigins.length > 0)
    app.enableCors({
      origin: [...corsOrigins],
      credentials: true,
      exposedHeaders: ['X-Correlation-Id', 'Retry-After'],
    });
  app.use(requestScopes(app.get<Authenticator>(AUTHENTICATOR)));
  app.use(originGuard({ publicUrl, allowedOrigins: corsOrigins }));
  const gateway = app.get<Gateway>(GATEWAY);
  const yoga = graphqlServer({ gateway, logger, hasGraphiql, hasIntrospection: !isProduction });
  app.use(yoga.graphqlEndpoint, unbuffered, yoga);
  app.useBodyParser('json', { limit: BODY_LIMIT });
  app.useBodyParser('urlencoded', { limit: BODY_LIMIT, extended: false });
  serveOpenApi(app, publicUrl);
};
