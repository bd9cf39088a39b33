import { describe, expect, it } from '@jest/globals';
import { readConfig } from './config.ts';

const needed = {
  NATS_URL: 'nats://127.0.0.1:4222',
  NATS_PASSWORD: 'x',
  PRINCIPAL_KEY_FILE: '/keys/gateway.jwk.json',
  PRINCIPAL_TRUST_FILE: '/keys/trust.jwks.json',
};

describe('the configuration of the gateway', () => {
  it('has defaults for a laptop', () => {
    expect(readConfig(needed)).toMatchObject({
      http: { host: '127.0.0.1', port: 8000 },
      publicUrl: 'http://localhost:8000',
      isProduction: false,
      hasGraphiql: true,
      admin: { username: 'admin' },
      sessionKey: undefined,
      corsOrigins: [],
      trustedProxies: 0,
      submissionQuotas: {
        perClient: { count: 120, windowMs: 3_600_000 },
        perEmail: { count: 30, windowMs: 3_600_000 },
      },
    });
  });

  it('is strict in production, unless told otherwise', () => {
    expect(readConfig({ ...needed, NODE_ENV: 'production' })).toMatchObject({ isProduction: true, hasGraphiql: false });
    expect(readConfig({ ...needed, NODE_ENV: 'production', GRAPHIQL: 'true' }).hasGraphiql).toBe(true);
  });

  it('reads origins separated by semicolons', () => {
    const { corsOrigins } = readConfig({ ...needed, CORS_ORIGINS: 'https://a.example;https://b.example' });
    expect(corsOrigins).toEqual(['https://a.example', 'https://b.example']);
  });

  it('warns of the passwords of the sample file, and of nothing that concerns others', () => {
    const env = { ...needed, ADMIN_PASSWORD: 'change-me-1', MCP_API_KEY: 'change-me-2', SMTP_HOST: 'h' };
    expect(readConfig({ ...env, SMTP_VERIFY_SSL: 'false' }).warnings).toEqual([
      'admin.password is the one of the sample file; choose another',
      'mcp.api_key is the one of the sample file; choose another',
    ]);
  });

  it('reads how often visitors may ask', () => {
    const env = { ...needed, REQUESTS_PER_CLIENT: '5/1m', REQUESTS_PER_EMAIL: 'off' };
    expect(readConfig(env).submissionQuotas).toEqual({
      perClient: { count: 5, windowMs: 60_000 },
      perEmail: undefined,
    });
    for (const wrong of ['5', '0/1h', '5/h', '-1/1h', 'none'])
      expect(() => readConfig({ ...needed, REQUESTS_PER_CLIENT: wrong })).toThrow(
        /REQUESTS_PER_CLIENT: expected a number/,
      );
  });

  it('names every variable that is wrong at once', () => {
    expect(() => readConfig({ ...needed, PORT: 'eighty', TRUST_PROXY: '-1', NATS_PASSWORD: undefined })).toThrow(
      /(?=[\s\S]*PORT)(?=[\s\S]*TRUST_PROXY)(?=[\s\S]*NATS_PASSWORD)/,
    );
  });
});
