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

  it('are refused without a key, which is asked for by name', async () => {
    await expect(configured(openRouter)).rejects.toThrow(
      'issuers[0].api_key: expected the administrative key of openrouter, here or in ISSUER_OPENROUTER_API_KEY or ISSUER_OPENROUTER_API_KEY_FILE, found nothing',
    );
  });

  it.each(['sk-canary\nsecond', 'sk-canary\u0007', 'sk-canary-ü', 'sk-canary one'])(
    'are refused with a key that no header can carry, without showing it (%#)',
    async (key) => {
      const refused = configured(openRouter, { ISSUER_OPENROUTER_API_KEY: key });
      await expect(refused).rejects.toThrow(/^ISSUER_OPENROUTER_API_KEY: expected a key of one line[^]*, found text$/);
      await expect(refused).rejects.not.toThrow('canary');
    },
  );
});
