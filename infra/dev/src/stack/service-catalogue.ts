import { existsSync } from 'node:fs';
import type { DatabaseService } from '@keyledger/infra-postgres';
import type { ServiceName } from '@keyledger/messaging';
import { inRepository } from '@keyledger/testing';

interface ServiceProgram {
  readonly entry: string;
  /** Variables that may be given to `npm start` and reach this service, each also as `<NAME>_FILE`. No other does. */
  readonly variables: readonly string[];
  /** The same for names that the configuration makes up. */
  readonly family?: RegExp | undefined;
}

/** A service, where it lies and what it is told. */
export type ServiceSpec =
  | (ServiceProgram & { readonly name: DatabaseService; readonly migrations: string | undefined })
  | (ServiceProgram & { readonly name: 'gateway' });

const directories: Readonly<Record<ServiceName, string>> = {
  registry: 'registry',
  vault: 'vault',
  approval: 'approval',
  delivery: 'delivery',
  audit: 'audit',
  gateway: 'gateway-graphql',
};

/** What the configuration of each service reads, beside what every service is told. */
const variables: Readonly<Record<ServiceName, readonly string[]>> = {
  registry: ['EVENT_STORE_URL', 'ENABLE_LITELLM_MODELS', 'MODEL_SYNC_INTERVAL', 'SERVICE_TOKEN_LONGEST_LIFE'],
  vault: [
    ...['EVENT_STORE_URL', 'KEYLEDGER_SECRET_KEY', 'ISSUING_GIVE_UP_AFTER', 'SECRET_VERSIONS_KEPT'],
    ...['KEYLEDGER_OLD_SECRET_KEY', 'KEYLEDGER_MASTER_KEY', 'KEYLEDGER_MASTER_KEY_SOURCE'],
    ...['KEYLEDGER_AWS_KMS_KEY', 'KEYLEDGER_AWS_KMS_ENDPOINT', 'AWS_REGION'],
    ...['KEYLEDGER_TRANSIT_URL', 'KEYLEDGER_TRANSIT_MOUNT', 'KEYLEDGER_TRANSIT_KEY', 'KEYLEDGER_TRANSIT_NAMESPACE'],
    'KEYLEDGER_TRANSIT_TOKEN',
    ...['LEASES_RECONCILE_EVERY', 'LEASES_READ_USAGE_EVERY'],
    ...[
      'CONNECTION_TEST_ALLOW_PRIVATE',
      'CONNECTION_TEST_EVERY',
      'CONNECTION_TEST_PARALLEL',
      'CONNECTION_TEST_PER_MINUTE',
      'CONNECTION_TEST_PER_PERSON',
      'CONNECTION_TEST_TIMEOUT',
    ],
    ...['LITELLM_BASE_URL', 'LITELLM_GATEWAY_URL', 'LITELLM_API_KEY', 'LITELLM_TIMEOUT'],
  ],
  approval: [
    ...['EVENT_STORE_URL', 'APPROVAL_QUEUE_INTERVAL'],
    ...['CLAIM_CODE_KEY', 'CLAIM_CODE_ATTEMPTS', 'CLAIM_CODE_LOCK'],
  ],
  delivery: [
    ...['EVENT_STORE_URL', 'PUBLIC_URL', 'DELIVERY_LINK_KEY', 'MAIL_RETRY_WINDOW', 'SUPPORT_CONTACT'],
    ...['SMTP_HOST', 'SMTP_PORT', 'SMTP_USER', 'SMTP_PASSWORD', 'SMTP_FROM'],
    ...['SMTP_USE_TLS', 'SMTP_START_TLS', 'SMTP_VERIFY_SSL'],
  ],
  audit: ['EVENT_STORE_URL'],
  gateway: [
    ...['HOST', 'PUBLIC_URL', 'GRAPHIQL', 'CORS_ORIGINS', 'TRUST_PROXY', 'REQUESTS_PER_CLIENT', 'REQUESTS_PER_EMAIL'],
    ...['ADMIN_USERNAME', 'ADMIN_PASSWORD', 'SESSION_KEY', 'MCP_API_KEY'],
  ],
};

/** Administrative keys of the issuers that the configuration file names. */
const families: Partial<Record<ServiceName, RegExp>> = { vault: /^ISSUER_[A-Z0-9_]+_API_KEY(?:_FILE)?$/ };

const specOf = (name: ServiceName): ServiceSpec => {
  const entry = inRepository('services', directories[name], 'src/main.ts');
  const program = { entry, variables: variables[name], family: families[name] };
  if (name === 'gateway') return { name, ...program };
  const migrations = inRepository('services', directories[name], 'migrations');
  return { name, ...program, migrations: existsSync(migrations) ? migrations : undefined };
};

/** In the order in which they are shown; they start all at once. */
export const productServices = (): readonly ServiceSpec[] => (Object.keys(directories) as ServiceName[]).map(specOf);
