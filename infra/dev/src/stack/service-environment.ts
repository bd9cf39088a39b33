import path from 'node:path';
import { harmlessEnvironment } from '@keyledger/testing';
import type { Ports } from './ports.ts';
import type { StackSecrets } from './secrets.ts';
import type { ServiceSpec } from './service-catalogue.ts';

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

/** What one replica of a service finds in its environment. */
export const serviceEnvironment = (
  service: ServiceSpec,
  replica: { readonly healthPort: number; readonly gatewayPort: number },
  options: EnvironmentOptions,
): NodeJS.ProcessEnv => ({
  ...given(service, options.given),
  ...platform(service, replica.healthPort, options),
  ...ownSettings(service, replica.gatewayPort, options),
});

/** Where the configuration lies, and what Node itself looks for. */
const FOR_ALL = ['CONFIG', 'CONFIG_FILE', 'LOG_LEVEL', 'SSL_CERT_FILE', 'SSL_CERT_DIR'];
const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'];
const FAMILIES = /^(NODE|OTEL)_/;
/** Those are for the process that starts the stack. */
const NOT_PASSED_ON = ['NODE_OPTIONS'];

/** Of the environment of `npm start` only what is meant for this service: the rest may be somebody's secret. */
const given = ({ variables, family }: ServiceSpec, environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv => {
  const names = [...FOR_ALL, ...PROXIES, ...variables.flatMap((name) => [name, `${name}_FILE`])];
  const families = Object.keys(environment).filter(
    (name) => (FAMILIES.test(name) || family?.test(name)) && !NOT_PASSED_ON.includes(name),
  );
  return harmlessEnvironment(environment, [...names, ...families]);
};

const platform = (
  { name }: ServiceSpec,
  healthPort: number,
  { ports, secrets, given, configFile }: EnvironmentOptions,
): NodeJS.ProcessEnv => ({
  NATS_URL: `nats://127.0.0.1:${ports.nats}`,
  NATS_USER: name,
  NATS_PASSWORD_FILE: secrets.natsPasswords[name].file,
  ...(name === 'gateway' ? {} : { DATABASE_URL_FILE: secrets.databaseUrls[name].file }),
  HEALTH_HOST: '127.0.0.1',
  HEALTH_PORT: String(healthPort),
  PRINCIPAL_KEY_FILE: secrets.principalKeys.signing[name],
  PRINCIPAL_TRUST_FILE: secrets.principalKeys.trust,
  ...(configFile === undefined ? {} : { CONFIG_FILE: path.resolve(configFile) }),
  LOG_FORMAT: 'json', // the screen makes it readable
  LOG_LEVEL: given.LOG_LEVEL || 'info',
});

/** The stand-ins and the generated secrets, where nothing was given instead. */
const ownSettings = ({ name }: ServiceSpec, gatewayPort: number, options: EnvironmentOptions): NodeJS.ProcessEnv => {
  const { given, ports, secrets, litellmUrl, adminPasswordFile } = options;
  const unlessGiven = (variable: string, file: string | undefined): NodeJS.ProcessEnv =>
    file === undefined || given[variable] || given[`${variable}_FILE`] ? {} : { [`${variable}_FILE`]: file };
  const publicUrl = { PUBLIC_URL: given.PUBLIC_URL || `http://localhost:${ports.gateway}` };
  switch (name) {
    case 'vault':
      return {
        ...unlessGiven('KEYLEDGER_SECRET_KEY', secrets.secretKey.file),
        ...(given.KEYLEDGER_AWS_KMS_KEY ? awsCredentials(given) : {}),
        ...(litellmUrl === undefined ? {} : standIn(litellmUrl, secrets.litellmMasterKey.file)),
      };
    case 'approval':
      return unlessGiven('CLAIM_CODE_KEY', secrets.claimCodeKey.file);
    case 'delivery':
      return {
        ...publicUrl,
        ...unlessGiven('DELIVERY_LINK_KEY', secrets.linkKey.file),
        ...mailboxUnless(given, ports),
      };
    case 'gateway':
      return { ...publicUrl, ...unlessGiven('ADMIN_PASSWORD', adminPasswordFile), PORT: String(gatewayPort) };
    case 'registry':
    case 'audit':
      return {};
  }
};

/** What the AWS SDK reads by itself. Whoever does not use AWS KMS has no business with it. */
const awsVariables = [
  ...['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'],
  ...['AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE'],
];

const awsCredentials = (given: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(awsVariables.flatMap((name) => (given[name] ? [[name, given[name]]] : [])));

/** The key of a real LiteLLM has no business here. */
const standIn = (url: string, keyFile: string): NodeJS.ProcessEnv => ({
  LITELLM_BASE_URL: url,
  LITELLM_API_KEY: '',
  LITELLM_API_KEY_FILE: keyFile,
});

const mailboxUnless = ({ SMTP_HOST }: NodeJS.ProcessEnv, ports: Ports): NodeJS.ProcessEnv =>
  SMTP_HOST
    ? {}
    : {
        ...{ SMTP_HOST: '127.0.0.1', SMTP_PORT: String(ports.smtp), SMTP_USE_TLS: 'false', SMTP_START_TLS: 'false' },
        ...{ SMTP_USER: '', SMTP_PASSWORD: '', SMTP_PASSWORD_FILE: '' },
      };
