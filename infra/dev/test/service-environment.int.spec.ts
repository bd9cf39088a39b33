import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ServiceName } from '@keyledger/messaging';
import { inRepository } from '@keyledger/testing';
import { productServices } from '../src/index.ts';
import { readPorts } from '../src/stack/ports.ts';
import { openSecrets, type StackSecrets } from '../src/stack/secrets.ts';
import { serviceEnvironment } from '../src/stack/service-environment.ts';

const services = productServices();
/** Told to every service, or set by the stack itself. */
const FROM_THE_STACK = ['PORT', 'NODE_ENV'];

const namesIn = (file: string, pattern: RegExp): string[] =>
  [...readFileSync(file, 'utf8').matchAll(pattern)].map(([, name = '']) => name);

describe('the environment of a service', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'keyledger-environment-'));
  let secrets: StackSecrets;

  beforeAll(async () => {
    secrets = await openSecrets(directory, 5432);
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  const environmentOf = (name: ServiceName, given: NodeJS.ProcessEnv, litellmUrl?: string) => {
    const service = services.find((each) => each.name === name)!;
    const options = { given, ports: readPorts({}), secrets, litellmUrl, configFile: undefined };
    const replica = { healthPort: 1, gatewayPort: 2 };
    return serviceEnvironment(service, replica, { ...options, adminPasswordFile: undefined });
  };
  const whoIsTold = (name: string): ServiceName[] =>
    services
      .map((service) => service.name)
      .filter((each) => environmentOf(each, { [name]: 'canary' })[name] !== undefined);

  it.each([
    ['LITELLM_API_KEY', ['vault']],
    ['KEYLEDGER_SECRET_KEY', ['vault']],
    ['KEYLEDGER_SECRET_KEY_FILE', ['vault']],
    ['ISSUER_TEAM_A_API_KEY', ['vault']],
    ['ISSUER_OPENROUTER_API_KEY_FILE', ['vault']],
    ['CONNECTION_TEST_ALLOW_PRIVATE', ['vault']],
    ['LEASES_RECONCILE_EVERY', ['vault']],
    ['SMTP_USER', ['delivery']],
    ['SMTP_PASSWORD', ['delivery']],
    ['DELIVERY_LINK_KEY', ['delivery']],
    ['CLAIM_CODE_KEY', ['approval']],
    ['ADMIN_PASSWORD', ['gateway']],
    ['SESSION_KEY_FILE', ['gateway']],
    ['EVENT_STORE_URL', ['registry', 'vault', 'approval', 'delivery', 'audit']],
    ['AWS_SECRET_ACCESS_KEY', []],
    ['DATABASE_URL', []],
    ['NATS_PASSWORD', []],
    ['PGPASSWORD', []],
    ['NODE_OPTIONS', []],
  ])('has %s in %j only', (name, expected) => {
    expect(whoIsTold(name)).toEqual(expected);
  });

  it.each(['PATH', 'TZ', 'NODE_EXTRA_CA_CERTS', 'OTEL_EXPORTER_OTLP_ENDPOINT', 'HTTPS_PROXY', 'CONFIG', 'LOG_LEVEL'])(
    'has %s everywhere',
    (name) => {
      expect(whoIsTold(name)).toHaveLength(services.length);
    },
  );

  it.each(services.map(({ name, entry, variables }) => [name, entry, variables] as const))(
    'has all that the configuration of %s reads',
    (_name, entry, variables) => {
      const directory = path.dirname(entry);
      const files = readdirSync(directory).filter((file) => /(^|[.-])config\.ts$/.test(file));
      const read = files.flatMap((file) => namesIn(path.join(directory, file), /'([A-Z][A-Z0-9_]+)'/g));
      expect(files).toContain('config.ts');
      const known = [...variables, ...FROM_THE_STACK].flatMap((name) => [name, `${name}_FILE`]);
      expect(read.filter((name) => !known.includes(name))).toEqual([]);
    },
  );

  it('has each variable that wins over the configuration file in some service', () => {
    const folder = inRepository('libs/config/src/file');
    const files = readdirSync(folder).filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'));
    const read = files.flatMap((file) => namesIn(path.join(folder, file), /env: '([A-Z][A-Z0-9_]+)'/g));
    const known = services.flatMap(({ variables }) => variables);
    expect(read.filter((name) => !known.includes(name))).toEqual([]);
  });

  it('has generated secrets where none were given', () => {
    expect(environmentOf('approval', {}).CLAIM_CODE_KEY_FILE).toContain('claim-code-key');
    expect(environmentOf('approval', { CLAIM_CODE_KEY: '' }).CLAIM_CODE_KEY_FILE).toContain('claim-code-key');
    expect(environmentOf('approval', { CLAIM_CODE_KEY: 'x' }).CLAIM_CODE_KEY_FILE).toBeUndefined();
  });

  it('has credentials of AWS in the vault only, and only when its master key is there', () => {
    const given = { AWS_SECRET_ACCESS_KEY: 'canary', KEYLEDGER_AWS_KMS_KEY: 'alias/keyledger' };
    const told = services.filter(({ name }) => environmentOf(name, given).AWS_SECRET_ACCESS_KEY !== undefined);
    expect(told.map(({ name }) => name)).toEqual(['vault']);
  });

  it('has no password of a real server beside the address of a stand-in', () => {
    const given = { LITELLM_API_KEY: 'canary', SMTP_USER: 'canary', SMTP_PASSWORD: 'canary' };
    expect(Object.values(environmentOf('vault', given, 'http://127.0.0.1:4000'))).not.toContain('canary');
    expect(Object.values(environmentOf('delivery', given))).not.toContain('canary');
  });
});
