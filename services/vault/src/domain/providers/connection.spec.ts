import { describe, expect, it } from '@jest/globals';
import { connectionOf } from './connection.ts';

describe('a connection', () => {
  it('has the address of its provider unless another one is named', () => {
    expect(connectionOf({ provider: 'openai' })).toMatchObject({
      outcome: 'found',
      connection: { provider: 'openai', baseUrl: 'https://api.openai.com/v1' },
    });
    expect(connectionOf({ provider: 'openai', baseUrl: 'https://proxy.example.com/v1/' })).toMatchObject({
      connection: { baseUrl: 'https://proxy.example.com/v1' },
    });
  });

  it.each(['azure-openai', 'bedrock', 'ollama', 'litellm'])('of %s needs an address', (provider) => {
    expect(connectionOf({ provider })).toEqual({ outcome: 'refused', code: 'address-missing' });
    expect(connectionOf({ provider, baseUrl: 'https://own.example.com' })).toMatchObject({ outcome: 'found' });
  });

  it('of a provider that nobody knows is refused', () => {
    expect(connectionOf({ provider: 'nobody' })).toEqual({ outcome: 'refused', code: 'provider-unknown' });
  });
});
