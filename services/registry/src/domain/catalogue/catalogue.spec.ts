import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ModelCommand, ModelListing } from '../model/model.messages.ts';
import { changesFor, listingsOf, type Offer } from './catalogue.ts';

const offer: Offer = {
  providerId: 'litellm',
  models: [
    { id: 'gpt-4o', title: 'GPT-4o', icon: 'simple-icons:openai' },
    { id: 'claude-3', title: 'Claude 3' },
  ],
  featuredModels: [
    { id: 'gemini', title: 'All-round', subtitle: 'Google Gemini' },
    { id: 'claude-3', title: 'Careful', subtitle: 'Anthropic Claude' },
  ],
  issuerModels: [{ id: 'llama-3', ownedBy: 'meta' }, { id: 'gpt-4o', ownedBy: 'openai' }, { id: 'openai/*' }],
};

const summary = (listings: Iterable<ModelListing>) =>
  [...listings].map(({ modelId, title, group, place, source, featured }) => ({
    modelId,
    title,
    group,
    place,
    source,
    featured: featured?.title,
  }));

const apply = (listed: ReadonlyMap<string, ModelListing>, commands: readonly ModelCommand[]) => {
  const next = new Map(listed);
  for (const { type, data } of commands) {
    if (type === 'ListModel') next.set(data.modelId, data);
    else next.delete(data.modelId);
  }
  return next;
};

const nothing: ReadonlyMap<string, ModelListing> = new Map();

describe('the models on offer', () => {
  it('are those of the configuration and of the issuer, where the configuration wins', () => {
    expect(summary(listingsOf(offer).values()).sort((a, b) => a.modelId.localeCompare(b.modelId))).toEqual([
      {
        modelId: 'claude-3',
        title: 'Claude 3',
        group: 'configured',
        place: 1,
        source: 'configuration',
        featured: 'Careful',
      },
      {
        modelId: 'gemini',
        title: 'All-round',
        group: 'featured-only',
        place: 0,
        source: 'configuration',
        featured: 'All-round',
      },
      { modelId: 'gpt-4o', title: 'GPT-4o', group: 'configured', place: 0, source: 'configuration' },
      { modelId: 'llama-3', title: 'llama-3', group: 'issuer', place: 0, source: 'litellm' },
    ]);
  });

  it('are those of the configuration alone when the issuer is not asked', () => {
    expect([...listingsOf({ ...offer, issuerModels: 'off' }).keys()].sort()).toEqual(['claude-3', 'gemini', 'gpt-4o']);
  });

  it('leave out ids that nobody could ask for', () => {
    const issuerModels = [{ id: '' }, { id: 'a*' }, { id: 'a\ud83d' }, { id: 'fine' }];
    expect([...listingsOf({ ...offer, models: [], featuredModels: [], issuerModels }).keys()]).toEqual(['fine']);
  });
});

describe('what must be done', () => {
  const listed = listingsOf(offer);
  const types = (commands: readonly ModelCommand[]) => commands.map(({ type, data }) => `${type} ${data.modelId}`);

  it('is nothing when all is listed as offered', () => {
    expect(changesFor(offer, listed)).toEqual([]);
  });

  it('is listing what is new or different', () => {
    const changed = {
      ...offer,
      models: [
        { id: 'gpt-4o', title: 'GPT-4 omni', icon: 'simple-icons:openai' },
        { id: 'claude-3', title: 'Claude 3' },
        { id: 'new', title: 'New' },
      ],
    };
    expect(types(changesFor(changed, listed))).toEqual(['ListModel gpt-4o', 'ListModel new']);
  });

  it('is retiring what is no longer offered', () => {
    expect(types(changesFor({ ...offer, issuerModels: [{ id: 'gpt-4o' }] }, listed))).toEqual(['RetireModel llama-3']);
    expect(types(changesFor({ ...offer, issuerModels: 'off' }, listed))).toEqual(['RetireModel llama-3']);
  });

  it('hands a model that left the configuration to the issuer that offers it', () => {
    const [, claude] = offer.models;
    const commands = changesFor({ ...offer, models: claude === undefined ? [] : [claude] }, listed);
    expect(commands).toContainEqual({
      type: 'ListModel',
      data: expect.objectContaining({ modelId: 'gpt-4o', source: 'litellm' }),
    });
  });

  it('retires nothing while the list of the issuer is unknown', () => {
    const unknown = { ...offer, models: [], featuredModels: [], issuerModels: 'unknown' as const };
    expect(changesFor(unknown, listed)).toEqual([]);
  });

  it('lists what is configured while the list of the issuer is unknown', () => {
    expect(types(changesFor({ ...offer, issuerModels: 'unknown' }, nothing)).sort()).toEqual([
      'ListModel claude-3',
      'ListModel gemini',
      'ListModel gpt-4o',
    ]);
  });

  it('leads to exactly the offer, from any state', () => {
    const model = fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd', 'e'), title: fc.constantFrom('x', 'y') });
    const unique = fc.uniqueArray(model, { selector: ({ id }) => id });
    const anyOffer: fc.Arbitrary<Offer> = fc.record({
      providerId: fc.constant('litellm'),
      models: unique,
      featuredModels: unique,
      issuerModels: fc.oneof(unique, fc.constant('off' as const)),
    });
    fc.assert(
      fc.property(anyOffer, anyOffer, (before, after) => {
        const reached = apply(listingsOf(before), changesFor(after, listingsOf(before)));
        expect(reached).toEqual(listingsOf(after));
        expect(changesFor(after, reached)).toEqual([]);
      }),
    );
  });
});
