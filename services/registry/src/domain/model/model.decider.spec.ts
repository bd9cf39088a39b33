import { specify } from '@keyledger/event-sourcing/testing';
import { describe, expect, it } from '@jest/globals';
import { isSameListing, modelDecider, modelStreamId } from './model.decider.ts';
import { listing, listModel, modelRegistered, modelRetired, retireModel } from './model.examples.ts';
import type { ModelListing } from './model.messages.ts';

const given = specify(modelDecider);

const changes: readonly [string, Partial<ModelListing>][] = [
  ['title', { title: 'GPT' }],
  ['icon', { icon: 'mdi:robot' }],
  ['colour', { color: '#000000' }],
  ['place', { place: 3 }],
  ['source', { source: 'litellm', group: 'issuer' }],
  ['featured title', { featured: { title: 'Another', place: 1 } }],
  ['featured place', { featured: { title: 'For everyday work', subtitle: 'OpenAI GPT-4o mini', place: 0 } }],
];

describe('listing a model', () => {
  it('registers one that is new', () => given().when(listModel).then(modelRegistered));

  it('is ignored when it is listed so already', () => given(modelRegistered).when(listModel).thenIgnored());

  it.each(changes)('records a changed %s', (_what, change) => {
    const data = { ...listing, ...change };
    given(modelRegistered)
      .when({ ...listModel, data })
      .then({ type: 'ModelChanged', data });
  });

  it('records what is gone', () => {
    const { description: _description, featured: _featured, ...data } = listing;
    given(modelRegistered)
      .when({ ...listModel, data })
      .then({ type: 'ModelChanged', data });
  });

  it('registers a retired one again', () => given(modelRegistered, modelRetired).when(listModel).then(modelRegistered));
});

describe('retiring a model', () => {
  it('takes it out of the lists', () => given(modelRegistered).when(retireModel).then(modelRetired));

  it('is ignored the second time', () => given(modelRegistered, modelRetired).when(retireModel).thenIgnored());

  it('is ignored for an unknown model', () => given().when(retireModel).thenIgnored());
});

describe('listings', () => {
  it('are the same whatever the order of their fields', () => {
    const reversed = Object.fromEntries(Object.entries(listing).reverse()) as unknown as ModelListing;
    expect(isSameListing(listing, reversed)).toBe(true);
  });

  it.each(changes)('differ in their %s', (_what, change) => {
    expect(isSameListing(listing, { ...listing, ...change })).toBe(false);
    expect(isSameListing({ ...listing, ...change }, listing)).toBe(false);
  });
});

it('a model is found by provider and id', () => {
  expect(modelStreamId('litellm', 'a/b')).toBe(modelStreamId('litellm', 'a/b'));
  expect(new Set([modelStreamId('a', 'b'), modelStreamId('a', 'c'), modelStreamId('c', 'b')]).size).toBe(3);
});
