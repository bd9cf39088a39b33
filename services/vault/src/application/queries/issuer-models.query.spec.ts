import { describe, expect, it } from '@jest/globals';
import { servicePrincipal } from '@keyledger/messaging';
import type { Issuers } from '../ports/issuer.port.ts';
import { FakeIssuer, FakeMakingIssuer } from '../ports/testing/issuer.fake.ts';
import { issuerModelsQuery } from './issuer-models.query.ts';

const registry = servicePrincipal('registry');

const issuersOf = (special: FakeMakingIssuer, standard: FakeIssuer): Issuers => ({
  names: [special.name, standard.name],
  find: (name) => [special, standard].find((issuer) => issuer.name === name),
  issuerFor: (modelId) => (modelId.startsWith('claude') ? special : standard),
});

describe('the models of several issuers', () => {
  it('are told once, by the issuer that keys to them are ordered from', async () => {
    const [special, standard] = [new FakeMakingIssuer(), new FakeIssuer()];
    special.listModels = async () => [{ id: 'claude-3' }, { id: 'gpt-4o-mini' }];
    standard.listModels = async () => [{ id: 'gpt-4o-mini', ownedBy: 'openai' }, { id: 'claude-2' }];
    expect(await issuerModelsQuery(issuersOf(special, standard))(registry)).toEqual({
      issuer: 'litellm',
      models: [
        { id: 'claude-3', issuer: 'openrouter' },
        { id: 'gpt-4o-mini', ownedBy: 'openai', issuer: 'litellm' },
      ],
    });
  });

  it('are unknown while one of the issuers does not accept the vault', async () => {
    const issuers = issuersOf(new FakeMakingIssuer({ accepts: false }), new FakeIssuer());
    await expect(issuerModelsQuery(issuers)(registry)).rejects.toMatchObject({ code: 'unavailable' });
  });
});
