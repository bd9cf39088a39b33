import { describe, expect, it } from '@jest/globals';
import { configuredIssuers } from './configured-issuers.ts';
import { custodianIssuer } from './custodian/custodian.issuer.ts';

const issuer = (name: string) =>
  custodianIssuer({ name, gatewayUrl: 'https://llm.example.com', models: [], instruction: '' });

const issuers = configuredIssuers([
  { issuer: issuer('anthropic'), serves: (modelId) => modelId.startsWith('claude') },
  { issuer: issuer('claude-only'), serves: (modelId) => modelId === 'claude-3' },
  { issuer: issuer('litellm'), serves: () => true },
]);

describe('the configured issuers', () => {
  it.each([
    ['claude-3', 'anthropic'],
    ['gpt-4o', 'litellm'],
  ])('serve %s by the first that does: %s', (modelId, name) => {
    expect(issuers.issuerFor(modelId)?.name).toBe(name);
  });

  it('are found by name, and others are not', () => {
    expect(issuers.names).toEqual(['anthropic', 'claude-only', 'litellm']);
    expect(issuers.find('claude-only')?.name).toBe('claude-only');
    expect(issuers.find('openrouter')).toBeUndefined();
  });

  it('may serve nothing', () => {
    expect(configuredIssuers([]).issuerFor('gpt-4o')).toBeUndefined();
  });
});
