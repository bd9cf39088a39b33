import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { SecretAccess } from '@keyledger/secrets';
import { readConfig } from './config.ts';

const complete = {
  NATS_URL: 'nats://127.0.0.1:4222',
  NATS_PASSWORD: 'nats-password',
  DATABASE_URL: 'postgres://vault@127.0.0.1/keyledger',
  PRINCIPAL_KEY_FILE: '/keys/vault.jwk.json',
  PRINCIPAL_TRUST_FILE: '/keys/trust.jwks.json',
  LITELLM_BASE_URL: 'http://litellm:4000',
  LITELLM_API_KEY: 'sk-administrative',
  KEYLEDGER_SECRET_KEY: 'correct horse battery staple',
};

describe('the issuers of the vault', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'vault-issuers-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  const configured = async (yaml: string, env: Record<string, string> = {}) => {
    const file = path.join(directory, 'keyledger.yaml');
    await writeFile(file, yaml);
    return readConfig({ ...complete, CONFIG_FILE: file, ...env });
  };

  const openRouter = 'issuers:\n  - name: openrouter\n    kind: openrouter\n    models: ["openrouter/*"]\n';

  it('are none besides LiteLLM when none is configured', () => {
    expect(readConfig(complete).issuers).toEqual([]);
  });

  it('have keys that nothing prints', async () => {
    const { issuers, warnings } = await configured(openRouter, { ISSUER_OPENROUTER_API_KEY: 'sk-or-v1-management' });
    expect(inspect(issuers, { depth: 9 }) + JSON.stringify(Object.keys(issuers[0] ?? {}))).not.toContain('management');
    const [issuer] = issuers;
    if (issuer?.kind !== 'openrouter') throw new Error('OpenRouter is not configured');
    expect(issuer.apiKey.revealText(SecretAccess.granted)).toBe('sk-or-v1-management');
    expect(warnings).toEqual([]);
  });

  it('are warned about when they have no key', async () => {
    expect((await configured(openRouter)).warnings).toEqual([
      'The issuer openrouter has no api_key: it will refuse every key',
    ]);
  });
});
