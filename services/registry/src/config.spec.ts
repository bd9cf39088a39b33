import { fileURLToPath } from 'node:url';
import { ConfigErrors, type Env } from '@keyledger/config';
import { describe, expect, it } from '@jest/globals';
import { readConfig } from './config.ts';

const complete: Env = {
  NATS_URL: 'nats://127.0.0.1:4222',
  NATS_PASSWORD: 'secret',
  DATABASE_URL: 'postgres://registry:secret@127.0.0.1/keyledger',
  PRINCIPAL_KEY_FILE: '/run/registry.jwk.json',
  PRINCIPAL_TRUST_FILE: '/run/trust.jwks.json',
};

const configFile = fileURLToPath(new URL('../test/keyledger.yaml', import.meta.url));

describe('the configuration of the registry', () => {
  it('lists no models when there is no file', () => {
    expect(readConfig(complete)).toMatchObject({ models: [], featuredModels: [], syncIntervalMs: 300_000 });
  });

  it('takes models and featured models from the file, in their order', () => {
    const { models, featuredModels, asksIssuer } = readConfig({ ...complete, CONFIG_FILE: configFile });
    expect(models.map(({ id }) => id)).toEqual(['openai-gpt4', 'claude-3']);
    expect(featuredModels).toEqual([
      {
        id: 'claude-3',
        title: 'For sensitive data',
        subtitle: 'Anthropic Claude',
        documentationLink: 'https://docs.anthropic.com/claude/docs',
      },
    ]);
    expect(asksIssuer).toBe(true);
  });

  it('lets a variable turn the issuer off', () => {
    const env = { ...complete, CONFIG_FILE: configFile, ENABLE_LITELLM_MODELS: 'false' };
    expect(readConfig(env).asksIssuer).toBe(false);
  });

  it('takes an interval', () => {
    expect(readConfig({ ...complete, MODEL_SYNC_INTERVAL: '30s' }).syncIntervalMs).toBe(30_000);
  });

  it('lets service tokens live for ever unless a variable says how long', () => {
    expect(readConfig(complete).longestTokenLifeMs).toBeUndefined();
    expect(readConfig({ ...complete, SERVICE_TOKEN_LONGEST_LIFE: '90d' }).longestTokenLifeMs).toBe(7_776_000_000);
    expect(() => readConfig({ ...complete, SERVICE_TOKEN_LONGEST_LIFE: 'long' })).toThrow(ConfigErrors);
  });

  it('names all problems at once', () => {
    const wrong = { ...complete, NATS_URL: undefined, MODEL_SYNC_INTERVAL: 'often' };
    expect(() => readConfig(wrong)).toThrow(ConfigErrors);
    expect(() => readConfig(wrong)).toThrow(/NATS_URL[\s\S]*MODEL_SYNC_INTERVAL/);
  });
});
