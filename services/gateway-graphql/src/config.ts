import {
  collectConfig,
  type Env,
  envBoolean,
  envInteger,
  envText,
  loadKeyledgerFile,
  type MessagingConfig,
  readMessagingConfig,
  secretFrom,
  warningsAbout,
} from '@keyledger/config';
import { envQuota, type Quota } from './limits/quota.ts';

const HOUR_MS = 3_600_000;

export interface GatewayConfig {
  readonly platform: MessagingConfig;
  /** Where users reach the gateway: `HOST` (127.0.0.1) and `PORT` (8000). */
  readonly http: { readonly host: string; readonly port: number };
  /** `PUBLIC_URL`: as a browser sees the gateway. With https, cookies are `Secure` and HSTS is sent. */
  readonly publicUrl: string;
  /** `NODE_ENV=production`: no introspection, and no GraphiQL unless asked for. */
  readonly isProduction: boolean;
  /** `GRAPHIQL`: the GraphQL page in the browser; default: on unless in production. */
  readonly hasGraphiql: boolean;
  /** `ADMIN_USERNAME`, `ADMIN_PASSWORD[_FILE]` or the section `admin` of the file. No password: one is generated. */
  readonly admin: { readonly username: string; readonly password: string | undefined };
  /** `SESSION_KEY[_FILE]`: signs sessions; default: derived from the principal key, so equal for all replicas. */
  readonly sessionKey: string | undefined;
  /** `CORS_ORIGINS`, separated by semicolons: other origins whose pages may call the API; default none. */
  readonly corsOrigins: readonly string[];
  /** `TRUST_PROXY`: number of proxies in front whose `X-Forwarded-For` is believed; default 0. */
  readonly trustedProxies: number;
  /** How often visitors may ask for keys, counted by each replica for itself; `off`: without a bound. */
  readonly submissionQuotas: {
    /** `REQUESTS_PER_CLIENT`: from one network address; default 120/1h. */
    readonly perClient: Quota | undefined;
    /** `REQUESTS_PER_EMAIL`: for one e-mail address; default 30/1h, of which one client may use up a third. */
    readonly perEmail: Quota | undefined;
  };
  /** To be logged. */
  readonly warnings: readonly string[];
}

export const readConfig = (env: Env = process.env): GatewayConfig =>
  collectConfig((read) => {
    const platform = read(() => readMessagingConfig(env, 'gateway'));
    const file = read(() => loadKeyledgerFile(env));
    const host = read(() => envText(env, 'HOST'));
    const port = read(() => envInteger(env, 'PORT', { min: 0, max: 65_535 }));
    const graphiql = read(() => envBoolean(env, 'GRAPHIQL'));
    const sessionKey = read(() => secretFrom(env, 'SESSION_KEY'));
    const trustedProxies = read(() => envInteger(env, 'TRUST_PROXY', { min: 0, max: 10 }));
    const perClient = read(() => envQuota(env, 'REQUESTS_PER_CLIENT', { count: 120, windowMs: HOUR_MS }));
    const perEmail = read(() => envQuota(env, 'REQUESTS_PER_EMAIL', { count: 30, windowMs: HOUR_MS }));
    const isProduction = env['NODE_ENV'] === 'production';
    return () => ({
      platform: platform(),
      http: { host: host() ?? '127.0.0.1', port: port() ?? 8000 },
      publicUrl: file().delivery.publicUrl,
      isProduction,
      hasGraphiql: graphiql() ?? !isProduction,
      admin: file().admin,
      sessionKey: sessionKey(),
      corsOrigins: file().corsOrigins,
      trustedProxies: trustedProxies() ?? 0,
      submissionQuotas: { perClient: perClient(), perEmail: perEmail() },
      warnings: warningsAbout(file(), 'admin', 'mcp'),
    });
  });
