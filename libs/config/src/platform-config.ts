import type { ServiceName } from '@keyledger/messaging';
import { type ConfigError, withProblems } from './config-error.ts';
import { type Env, fromEnv, requiredFromEnv, secretFromEnv, splitList } from './env.ts';
import { choice, eventStoreUrl, integer, type Kind, natsUrl, postgresUrl, secret, text } from './kind.ts';

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const logFormats = ['json', 'pretty'] as const;

/** What every process needs, the gateway included. */
export interface MessagingConfig {
  readonly service: ServiceName;
  readonly nats: {
    /** `NATS_URL`: one address, or several with commas. */
    readonly servers: readonly string[];
    /** `NATS_USER`; default: the name of the service. */
    readonly user: string;
    /** `NATS_PASSWORD` or `NATS_PASSWORD_FILE`. */
    readonly password: string;
  };
  /** Where health and metrics are served: `HEALTH_HOST` (default 127.0.0.1) and `HEALTH_PORT` (default 8080; 0 = any). */
  readonly http: { readonly host: string; readonly port: number };
  readonly principal: {
    /** `PRINCIPAL_KEY_FILE`: private JWK with which this service signs principals. */
    readonly signingKeyFile: string;
    /** `PRINCIPAL_TRUST_FILE`: JWKS of all services, `kid` = name of the service. */
    readonly trustFile: string;
  };
  /** `LOG_LEVEL` (default info) and `LOG_FORMAT` (json by default, pretty for people). */
  readonly log: { readonly level: (typeof logLevels)[number]; readonly format: (typeof logFormats)[number] };
}

/** What a service with streams or tables of its own needs. */
export interface PlatformConfig extends MessagingConfig {
  /** `DATABASE_URL` or `DATABASE_URL_FILE`: the role and schema of this service. */
  readonly databaseUrl: string;
  /** `EVENT_STORE_URL` or `EVENT_STORE_URL_FILE`: postgres://… or esdb://…; default: `DATABASE_URL`. */
  readonly eventStoreUrl: string;
}

const natsServers: Kind<readonly string[]> = {
  expected: `${natsUrl.expected}, or several with commas`,
  parse: (value) => {
    const servers = typeof value === 'string' ? splitList(value) : [];
    return servers.length > 0 && servers.every((server) => natsUrl.parse(server) !== undefined) ? servers : undefined;
  },
};

const messagingFrom = (env: Env, service: ServiceName, problems: ConfigError[]): MessagingConfig => {
  const must = <T>(name: string, kind: Kind<T>): T =>
    requiredFromEnv(name, fromEnv(env, name, kind, problems), kind, problems);
  return {
    service,
    nats: {
      servers: must('NATS_URL', natsServers),
      user: fromEnv(env, 'NATS_USER', text, problems) ?? service,
      password: requiredFromEnv(
        'NATS_PASSWORD',
        secretFromEnv(env, 'NATS_PASSWORD', secret, problems),
        secret,
        problems,
      ),
    },
    http: {
      host: fromEnv(env, 'HEALTH_HOST', text, problems) ?? '127.0.0.1',
      port: fromEnv(env, 'HEALTH_PORT', integer(0, 65_535), problems) ?? 8080,
    },
    principal: {
      signingKeyFile: must('PRINCIPAL_KEY_FILE', text),
      trustFile: must('PRINCIPAL_TRUST_FILE', text),
    },
    log: {
      level: fromEnv(env, 'LOG_LEVEL', choice(...logLevels), problems) ?? 'info',
      format: fromEnv(env, 'LOG_FORMAT', choice(...logFormats), problems) ?? 'json',
    },
  };
};

/** Throws `ConfigErrors` with everything that is missing or wrong. */
export const readMessagingConfig = (env: Env, service: ServiceName): MessagingConfig =>
  withProblems((problems) => messagingFrom(env, service, problems));

/** Throws `ConfigErrors` with everything that is missing or wrong. */
export const readPlatformConfig = (env: Env, service: ServiceName): PlatformConfig =>
  withProblems((problems) => {
    const databaseUrl = requiredFromEnv(
      'DATABASE_URL',
      secretFromEnv(env, 'DATABASE_URL', postgresUrl, problems),
      postgresUrl,
      problems,
    );
    return {
      ...messagingFrom(env, service, problems),
      databaseUrl,
      eventStoreUrl: secretFromEnv(env, 'EVENT_STORE_URL', eventStoreUrl, problems) ?? databaseUrl,
    };
  });
