import { specify } from '@keyledger/event-sourcing/testing';
import { describe, expect, it } from '@jest/globals';
import { providerDecider, providerStreamId } from './provider.decider.ts';
import type { DescribeProvider, ProviderEvent } from './provider.messages.ts';

const given = specify(providerDecider);

const described = { providerId: 'litellm', title: 'LiteLLM' };
const describeProvider: DescribeProvider = { type: 'DescribeProvider', data: described };
const registered: ProviderEvent = { type: 'ProviderRegistered', data: described };

describe('describing a provider', () => {
  it('registers one that is new', () => given().when(describeProvider).then(registered));

  it('is ignored when it is so already', () => given(registered).when(describeProvider).thenIgnored());

  it('changes the title', () => {
    const data = { ...described, title: 'Our gateway' };
    given(registered)
      .when({ ...describeProvider, data })
      .then({ type: 'ProviderChanged', data });
    given(registered, { type: 'ProviderChanged', data })
      .when(describeProvider)
      .then({ type: 'ProviderChanged', data: described });
  });
});

it('a provider is found by its id', () => {
  expect(providerStreamId('litellm')).toBe(providerStreamId('litellm'));
  expect(providerStreamId('litellm')).not.toBe(providerStreamId('openrouter'));
});
