import { describe, expect, it } from '@jest/globals';
import { statedConnection } from './stated-connection.ts';

describe('where another system used a key', () => {
  it.each([
    ['openai', null, { provider: 'openai', baseUrl: 'https://api.openai.com/v1' }],
    ['OpenAI', '', { provider: 'openai', baseUrl: 'https://api.openai.com/v1' }],
    ['openai', 'https://proxy.example.com/v1/', { provider: 'openai', baseUrl: 'https://proxy.example.com/v1' }],
    ['ollama', 'http://localhost:11434', { provider: 'ollama', baseUrl: 'http://localhost:11434' }],
  ])('is said by %s and %s', (provider, baseUrl, connection) => {
    expect(statedConnection(provider, baseUrl)).toEqual({ connection });
  });

  it.each([
    ['a provider that nobody knows', 'somebody', null],
    ['no provider', undefined, 'https://api.openai.com/v1'],
    ['a provider without the address that it needs', 'ollama', null],
    ['an address with a password', 'openai', 'https://user:pass@proxy.example.com/v1'],
    ['what is no address', 'openai', 'proxy'],
    ['a number', 7, null],
  ])('is not said by %s', (_what, provider, baseUrl) => {
    expect(statedConnection(provider, baseUrl)).toEqual({});
  });
});
