import { describe, expect, it } from '@jest/globals';
import { AppError } from '@keyledger/errors';
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
    expect(await issuerModelsQuery(issuersOf(special, standard))(registry)).toMatchObject({
      issuer: 'litellm',
      models: [
        { id: 'claude-3', issuer: 'openrouter' },
        { id: 'gpt-4o-mini', ownedBy: 'openai', issuer: 'litellm' },
      ],
    });
  });

  it('are those of the issuers that answer, and why the others do not is said of each', async () => {
    const [refusing, standard] = [new FakeMakingIssuer({ accepts: false }), new FakeIssuer()];
    const models = [{ id: 'gpt-4o-mini', ownedBy: 'openai', issuer: 'litellm' }];
    const message = expect.any(String);
    expect(await issuerModelsQuery(issuersOf(refusing, standard))(registry)).toEqual({
      issuer: 'litellm',
      models,
      outcomes: [
        { issuer: 'openrouter', outcome: 'refused', message },
        { issuer: 'litellm', outcome: 'listed' },
      ],
    });
    refusing.listModels = () => Promise.reject(new AppError('rate-limited', 'Slow down'));
    const { outcomes } = await issuerModelsQuery(issuersOf(refusing, standard))(registry);
    expect(outcomes?.[0]).toEqual({ issuer: 'openrouter', outcome: 'unavailable', message: 'Slow down' });
  });

  it('are unknown while none of the issuers answers', async () => {
    const issuers = issuersOf(new FakeMakingIssuer({ accepts: false }), new FakeIssuer({ accepts: false }));
    await expect(issuerModelsQuery(issuers)(registry)).rejects.toMatchObject({ code: 'unavailable' });
  });
});
