import path from 'node:path';
import type { ServiceName } from '@keyledger/messaging';
import { inRepository } from '@keyledger/testing';
import type { Ports } from './ports.ts';
import type { StackSecrets } from './secrets.ts';

export interface EnvironmentOptions {
  /** Of the process that starts the stack. */
  readonly given: NodeJS.ProcessEnv;
  readonly ports: Ports;
  readonly secrets: StackSecrets;
  /** Absent when a real one was given. */
  readonly litellmUrl: string | undefined;
  readonly configFile: string | undefined;
  readonly adminPasswordFile: string | undefined;
}

/** Secrets that may be given to `npm start`, and the services that need them. Nobody else is told. */
const GIVEN_SECRETS: Readonly<Record<string, readonly ServiceName[]>> = {
  LITELLM_API_KEY: ['vault'],
  KEYLEDGER_SECRET_KEY: ['vault'],
  ADMIN_PASSWORD: ['gateway'],
  SESSION_KEY: ['gateway'],
  MCP_API_KEY: ['gateway'],
  SMTP_PASSWORD: ['delivery'],
  CLAIM_CODE_KEY: ['approval'],
  DELIVERY_LINK_KEY: ['delivery'],
};

/** What one replica of a service finds in its environment. */
export const serviceEnvironment = (
  service: ServiceName,
  replica: { readonly healthPort: number; readonly gatewayPort: number },
  options: EnvironmentOptions,
): NodeJS.ProcessEnv => ({
  ...passedOn(service, options.given),
  ...platform(service, replica.healthPort, options),
  ...outside(options),
  ...ownSecrets(service, options),
  ...(service === 'gateway' ? { PORT: String(replica.gatewayPort) } : {}),
  PUBLIC_URL: options.given.PUBLIC_URL ?? `http://localhost:${options.ports.gateway}`,
});

const passedOn = (service: ServiceName, given: NodeJS.ProcessEnv): NodeJS.ProcessEnv => {
  const foreign = Object.entries(GIVEN_SECRETS)
    .filter(([, services]) => !services.includes(service))
    .flatMap(([name]) => [name, `${name}_FILE`]);
  const meantForTheStack = ['PORT', 'NODE_OPTIONS'];
  return Object.fromEntries(
    Object.entries(given).filter(
      ([name]) => !foreign.includes(name) && !meantForTheStack.includes(name) && !name.startsWith('npm_'),
    ),
  );
};

const platform = (
  service: ServiceName,
  healthPort: number,
  { ports, secrets, given }: EnvironmentOptions,
): NodeJS.ProcessEnv => ({
  NATS_URL: `nats://127.0.0.1:${ports.nats}`,
  NATS_USER: service,
  NATS_PASSWORD_FILE: secrets.natsPasswords[service].file,
  ...(service === 'gateway' ? {} : { DATABASE_URL_FILE: secrets.databaseUrls[service].file }),
  HEALTH_HOST: '127.0.0.1',
  HEALTH_PORT: String(healthPort),
  PRINCIPAL_KEY_FILE: secrets.principalKeys.signing[service],
  PRINCIPAL_TRUST_FILE: secrets.principalKeys.trust,
  LOG_FORMAT: 'json', // the screen makes it readable
  LOG_LEVEL: given.LOG_LEVEL ?? 'info',
  NODE_COMPILE_CACHE: inRepository('.cache/node'),
});

/** The stand-ins, where nothing real was named. */
const outside = ({ given, ports, litellmUrl, configFile }: EnvironmentOptions): NodeJS.ProcessEnv => ({
  ...(configFile === undefined ? {} : { CONFIG_FILE: path.resolve(configFile) }),
  ...(litellmUrl === undefined ? {} : { LITELLM_BASE_URL: litellmUrl }),
  ...(given.SMTP_HOST
    ? {}
    : {
        SMTP_HOST: '127.0.0.1',
        SMTP_PORT: String(ports.smtp),
        SMTP_USE_TLS: 'false',
        SMTP_START_TLS: 'false',
      }),
});

const ownSecrets = (service: ServiceName, options: EnvironmentOptions): NodeJS.ProcessEnv => {
  const { given, secrets, litellmUrl, adminPasswordFile } = options;
  const unlessGiven = (name: string, file: string | undefined): NodeJS.ProcessEnv =>
    file === undefined || given[name] !== undefined || given[`${name}_FILE`] !== undefined
      ? {}
      : { [`${name}_FILE`]: file };
  switch (service) {
    case 'vault':
      return {
        ...unlessGiven('KEYLEDGER_SECRET_KEY', secrets.secretKey.file),
        ...(litellmUrl === undefined ? {} : { LITELLM_API_KEY_FILE: secrets.litellmMasterKey.file }),
      };
    case 'approval':
      return unlessGiven('CLAIM_CODE_KEY', secrets.claimCodeKey.file);
    case 'delivery':
      return unlessGiven('DELIVERY_LINK_KEY', secrets.linkKey.file);
    case 'gateway':
      return unlessGiven('ADMIN_PASSWORD', adminPasswordFile);
    case 'registry':
    case 'audit':
      return {};
  }
};
