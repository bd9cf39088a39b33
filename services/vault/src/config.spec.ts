import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { SecretAccess, type SecretBytes } from '@keyledger/secrets';
import { readConfig, type VaultConfig } from './config.ts';

const platform = {
  NATS_URL: 'nats://127.0.0.1:4222',
  NATS_PASSWORD: 'nats-password',
  DATABASE_URL: 'postgres://vault@127.0.0.1/keyledger',
  PRINCIPAL_KEY_FILE: '/keys/vault.jwk.json',
  PRINCIPAL_TRUST_FILE: '/keys/trust.jwks.json',
};
const litellm = { LITELLM_BASE_URL: 'http://litellm:4000', LITELLM_API_KEY: 'sk-administrative' };
const complete = { ...platform, ...litellm, KEYLEDGER_SECRET_KEY: 'correct horse battery staple' };

const textOf = (secret: SecretBytes): string => secret.revealText(SecretAccess.granted);

const passphraseOf = ({ masterKeys: { sources } }: VaultConfig) => {
  const [first] = sources;
  if (first?.source !== 'passphrase') throw new Error('The first source is not the passphrase');
  return first;
};

describe('the configuration of the vault', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'vault-config-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  const file = async (name: string, content: string): Promise<string> => {
    const full = path.join(directory, name);
    await writeFile(full, content);
    return full;
  };

  it('is complete with platform, passphrase and LiteLLM', () => {
    const config = readConfig(complete);
    expect(config.warnings).toEqual([]);
    expect(config.litellm).toMatchObject({
      baseUrl: 'http://litellm:4000',
      gatewayUrl: 'http://litellm:4000',
      timeoutMs: 10_000,
    });
    expect(textOf(config.litellm.apiKey)).toBe('sk-administrative');
    const { current, former } = passphraseOf(config);
    expect(current.from === 'variable' && textOf(current.passphrase)).toBe('correct horse battery staple');
    expect(former).toEqual({ from: 'nowhere' });
    expect(config.issuing).toMatchObject({ giveUpAfterMs: 900_000, limits: { defaultDurationMs: 2_592_000_000 } });
  });

  it('lets tests of keys call nothing but public addresses, unless hosts are listed', () => {
    expect(readConfig(complete).connectionTests).toEqual({
      timeoutMs: 10_000,
      allowPrivate: [],
      mostPerMinute: { perPerson: 30, byAll: 300 },
      parallel: 4,
      everyMs: undefined,
    });
    expect(readConfig({ ...complete, CONNECTION_TEST_EVERY: '6h' }).connectionTests.everyMs).toBe(6 * 3_600_000);
    expect(() => readConfig({ ...complete, CONNECTION_TEST_EVERY: '1m' })).toThrow('15m or more');
    const listed = {
      CONNECTION_TEST_ALLOW_PRIVATE: 'ollama.lan, 10.20.0.0/16',
      CONNECTION_TEST_TIMEOUT: '30s',
      CONNECTION_TEST_PER_PERSON: '3',
      CONNECTION_TEST_PER_MINUTE: '60',
    };
    expect(readConfig({ ...complete, ...listed }).connectionTests).toEqual({
      timeoutMs: 30_000,
      allowPrivate: ['ollama.lan', '10.20.0.0/16'],
      mostPerMinute: { perPerson: 3, byAll: 60 },
      parallel: 4,
      everyMs: undefined,
    });
  });

  it('prints no secret', () => {
    const config = readConfig(complete);
    const printed = inspect([config.masterKeys, config.litellm], { depth: Infinity, showHidden: true });
    expect(printed).not.toMatch(/battery|administrative/);
  });

  it('takes secrets from files', async () => {
    const config = readConfig({
      ...platform,
      LITELLM_BASE_URL: 'http://litellm:4000',
      LITELLM_API_KEY_FILE: await file('litellm', 'sk-from-file\n'),
      KEYLEDGER_SECRET_KEY_FILE: '/run/secrets/keyledger',
    });
    expect(textOf(config.litellm.apiKey)).toBe('sk-from-file');
    expect(passphraseOf(config).current).toEqual({ from: 'file', path: '/run/secrets/keyledger' });
  });

  it('takes the former passphrase beside the new one', () => {
    const config = readConfig({ ...complete, KEYLEDGER_OLD_SECRET_KEY_FILE: '/run/secrets/former' });
    expect(passphraseOf(config)).toMatchObject({
      current: { from: 'variable' },
      former: { from: 'file', path: '/run/secrets/former' },
    });
  });

  it('takes a key file alone, and needs no passphrase then', () => {
    const config = readConfig({ ...platform, ...litellm, KEYLEDGER_MASTER_KEY_FILE: '/run/secrets/master-key' });
    expect(config.masterKeys).toEqual({
      writes: 'key-file',
      sources: [{ source: 'key-file', path: '/run/secrets/master-key' }],
    });
    expect(config.warnings).toEqual([]);
  });

  it('takes AWS KMS, with the region of the ARN or the one that is given', () => {
    const arn = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
    const kmsOf = (env: object) => readConfig({ ...platform, ...litellm, ...env }).masterKeys.sources;
    expect(kmsOf({ KEYLEDGER_AWS_KMS_KEY: arn })).toEqual([{ source: 'aws-kms', keyId: arn, region: 'eu-central-1' }]);
    const alias = { KEYLEDGER_AWS_KMS_KEY: 'alias/keyledger' };
    expect(() => kmsOf(alias)).toThrow('AWS_REGION');
    const endpoint = 'https://vpce-1.kms.us-east-1.vpce.amazonaws.com';
    expect(kmsOf({ ...alias, AWS_REGION: 'us-east-1', KEYLEDGER_AWS_KMS_ENDPOINT: endpoint })).toEqual([
      { source: 'aws-kms', keyId: 'alias/keyledger', region: 'us-east-1', endpoint },
    ]);
  });

  it('takes a transit engine, with its token from a file', () => {
    const transit = { KEYLEDGER_TRANSIT_URL: 'https://bao.example.com/', KEYLEDGER_TRANSIT_TOKEN_FILE: '/run/token' };
    const config = readConfig({ ...platform, ...litellm, ...transit });
    expect(config.masterKeys).toEqual({
      writes: 'transit',
      sources: [
        {
          source: 'transit',
          url: 'https://bao.example.com',
          mount: 'transit',
          key: 'keyledger',
          token: { from: 'file', path: '/run/token' },
        },
      ],
    });
    expect(() => readConfig({ ...complete, ...transit, KEYLEDGER_TRANSIT_URL: 'ftp://x' })).toThrow(
      'KEYLEDGER_TRANSIT_URL',
    );
  });

  it('takes both, and is told which of them writes', () => {
    const both = { ...complete, KEYLEDGER_MASTER_KEY_FILE: '/run/secrets/master-key' };
    expect(() => readConfig(both)).toThrow('KEYLEDGER_MASTER_KEY_SOURCE');
    expect(() => readConfig({ ...both, KEYLEDGER_MASTER_KEY_SOURCE: 'aws-kms' })).toThrow('passphrase, key-file');
    const { masterKeys } = readConfig({ ...both, KEYLEDGER_MASTER_KEY_SOURCE: 'key-file' });
    expect(masterKeys.writes).toBe('key-file');
    expect(masterKeys.sources.map(({ source }) => source)).toEqual(['passphrase', 'key-file']);
  });

  it('takes LiteLLM and limits from the file, and lets the environment win', async () => {
    const yaml = [
      'litellm:',
      '  base_url: "http://in-the-file:4000"',
      '  gateway_url: "https://llm.example.com"',
      '  api_key: "sk-in-the-file"',
      'issuing:',
      '  max_duration: 7d',
      '  max_budget: 50',
      '  give_up_after: 1h',
    ].join('\n');
    const CONFIG_FILE = await file('keyledger.yaml', yaml);
    const fromFile = readConfig({ ...platform, CONFIG_FILE });
    expect(fromFile.litellm).toMatchObject({
      baseUrl: 'http://in-the-file:4000',
      gatewayUrl: 'https://llm.example.com',
    });
    expect(textOf(fromFile.litellm.apiKey)).toBe('sk-in-the-file');
    expect(fromFile.issuing.limits).toMatchObject({ maxDurationMs: 604_800_000, maxBudget: 50 });
    expect(fromFile.issuing.giveUpAfterMs).toBe(3_600_000);
    const fromBoth = readConfig({ ...platform, ...litellm, CONFIG_FILE });
    expect(fromBoth.litellm.baseUrl).toBe('http://litellm:4000');
    expect(textOf(fromBoth.litellm.apiKey)).toBe('sk-administrative');
  });

  it('has no default passphrase and no default key, and says what that means', () => {
    const config = readConfig({ ...platform, LITELLM_BASE_URL: 'http://litellm:4000', KEYLEDGER_SECRET_KEY: '' });
    expect(passphraseOf(config).current).toEqual({ from: 'nowhere' });
    expect(config.warnings).toEqual([
      'KEYLEDGER_SECRET_KEY is not set: the vault stays sealed',
      'litellm.api_key is not set: LiteLLM will refuse every key',
    ]);
  });

  it.each<[string, Record<string, string>, string]>([
    ['no address of LiteLLM', { LITELLM_BASE_URL: '' }, 'litellm.base_url'],
    ['a passphrase given twice', { KEYLEDGER_SECRET_KEY_FILE: '/some/file' }, 'KEYLEDGER_SECRET_KEY'],
    ['a time without a unit', { ISSUING_GIVE_UP_AFTER: '15' }, 'ISSUING_GIVE_UP_AFTER'],
    ['no database', { DATABASE_URL: '' }, 'DATABASE_URL'],
    ['a key of LiteLLM with a line break', { LITELLM_API_KEY: 'sk-canary\nb' }, 'LITELLM_API_KEY'],
    ['a password in an address', { LITELLM_BASE_URL: 'http://ada:canary@litellm' }, 'LITELLM_BASE_URL'],
    ['a block of no width', { CONNECTION_TEST_ALLOW_PRIVATE: '10.0.0.0/99' }, 'CONNECTION_TEST_ALLOW_PRIVATE'],
    ['a block of a name', { CONNECTION_TEST_ALLOW_PRIVATE: 'a.lan,canary/8' }, 'CONNECTION_TEST_ALLOW_PRIVATE'],
    ['an address that is none', { CONNECTION_TEST_ALLOW_PRIVATE: '10.0.0.300' }, 'CONNECTION_TEST_ALLOW_PRIVATE'],
  ])('is refused with %s, by name', (_what, changed, key) => {
    expect(() => readConfig({ ...complete, ...changed })).toThrow(key);
    expect(() => readConfig({ ...complete, ...changed })).toThrow(/^(?!.*canary)/s);
  });

  it.each([
    ['KEYLEDGER_TRANSIT_URL', 'https://ada:canary@bao.example.com'],
    ['KEYLEDGER_TRANSIT_MOUNT', '../sys'],
    ['KEYLEDGER_TRANSIT_MOUNT', 'transit?canary'],
    ['KEYLEDGER_TRANSIT_KEY', '..'],
    ['KEYLEDGER_TRANSIT_KEY', 'canary/other'],
    ['KEYLEDGER_TRANSIT_NAMESPACE', 'team\r\nx-canary: 1'],
    ['KEYLEDGER_TRANSIT_TOKEN', 'hvs.canary\nsecond'],
  ])('takes no transit engine with a wrong %s, and does not repeat it (%#)', (name, value) => {
    const transit = { KEYLEDGER_TRANSIT_URL: 'https://bao.example.com', KEYLEDGER_TRANSIT_TOKEN: 'hvs.abc' };
    const wrong = () => readConfig({ ...platform, ...litellm, ...transit, [name]: value });
    expect(wrong).toThrow(`${name}: expected`);
    expect(wrong).toThrow(/^(?!.*canary)/s);
  });

  it('takes a transit engine that lies deeper', () => {
    const transit = { KEYLEDGER_TRANSIT_URL: 'https://bao.example.com', KEYLEDGER_TRANSIT_MOUNT: 'teams/eu-1/transit' };
    const namespace = { KEYLEDGER_TRANSIT_NAMESPACE: 'org/team_a/', KEYLEDGER_TRANSIT_KEY: 'key.v2' };
    expect(readConfig({ ...platform, ...litellm, ...transit, ...namespace }).masterKeys.sources).toMatchObject([
      { mount: 'teams/eu-1/transit', key: 'key.v2', namespace: 'org/team_a' },
    ]);
  });

  it('takes no address of AWS KMS with a password', () => {
    const endpoint = { KEYLEDGER_AWS_KMS_ENDPOINT: 'https://ada:canary@kms.example.com', AWS_REGION: 'eu-central-1' };
    const wrong = () => readConfig({ ...platform, ...litellm, KEYLEDGER_AWS_KMS_KEY: 'alias/a', ...endpoint });
    expect(wrong).toThrow('KEYLEDGER_AWS_KMS_ENDPOINT: expected');
    expect(wrong).toThrow(/^(?!.*canary)/s);
  });

  it('names everything that is wrong at once', () => {
    expect(() => readConfig({ ...complete, DATABASE_URL: '', ISSUING_GIVE_UP_AFTER: 'soon' })).toThrow(
      /DATABASE_URL[^]*ISSUING_GIVE_UP_AFTER|ISSUING_GIVE_UP_AFTER[^]*DATABASE_URL/,
    );
  });
});
