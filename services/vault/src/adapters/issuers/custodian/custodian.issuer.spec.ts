import { describe, expect, it } from '@jest/globals';
import { describeAbilities, issuerAbilities } from '../../../application/ports/testing/issuer.abilities.ts';
import { custodianIssuer } from './custodian.issuer.ts';

const issuer = custodianIssuer({
  name: 'anthropic',
  gatewayUrl: 'https://api.anthropic.com',
  models: ['claude-*', 'claude-3'],
  instruction: 'Create a key in the Console.',
});

describe('keys that a person hands in', () => {
  describeAbilities(issuerAbilities.custodian, () => issuer);

  it('come with what the person does', () => expect(issuer.keys.instruction).toBe('Create a key in the Console.'));

  it('are taken to live until somebody confirms that they were ended', async () => {
    expect(await issuer.revoke('any')).toBe('by-hand');
    expect(await issuer.lookup('any')).toEqual({ issuerKeyId: 'any' });
  });

  it('are for the models that are configured by name', async () => {
    expect(await issuer.listModels()).toEqual([{ id: 'claude-3' }]);
  });
});
