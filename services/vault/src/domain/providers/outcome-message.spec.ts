import { describe, expect, it } from '@jest/globals';
import { testOutcomes } from './connection-test.ts';
import { outcomeMessage, silences } from './outcome-message.ts';
import { providers } from './providers.ts';

const [openai] = providers;
const messageOf = (provider = openai!, report: Parameters<typeof outcomeMessage>[2], model = 'gpt-4o-mini') =>
  outcomeMessage(provider, model, report);

describe('what people are told about a test', () => {
  it.each(testOutcomes)('%s has a sentence that names the provider', (outcome) => {
    const message = messageOf(openai, { verdict: { outcome }, stage: 'complete' });
    expect(message).toContain('OpenAI');
    expect(message.length).toBeLessThan(200);
  });

  it('blames the key for nothing but a wrong key', () => {
    const blaming = testOutcomes.filter((outcome) =>
      messageOf(openai, { verdict: { outcome }, stage: 'complete' }).includes('does not accept'),
    );
    expect(blaming).toEqual(['invalid-key']);
  });

  it.each(silences)('tells why there was no answer: %s', (silence) => {
    const told = messageOf(openai, { verdict: { outcome: 'unreachable' }, stage: 'authenticate', silence });
    expect(told).toContain('says nothing about the key');
  });

  it('says what to wait for', () => {
    const waiting = (retryAfterSeconds?: number) => {
      const wait = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
      return messageOf(openai, { verdict: { outcome: 'rate-limited', ...wait }, stage: 'complete' });
    };
    expect([waiting(5), waiting(1), waiting()].map((told) => told.split('Try again ')[1])).toEqual([
      'in 5 seconds',
      'in 1 second',
      'in a while',
    ]);
  });

  it('gives the other explanation where a provider blames the key for an address', () => {
    const bedrock = providers.find(({ name }) => name === 'bedrock')!;
    expect(messageOf(bedrock, { verdict: { outcome: 'invalid-key' }, stage: 'authenticate' })).toContain('region');
  });

  it('warns of a key that manages keys', () => {
    const verdict = { outcome: 'ok', warning: 'management-key' } as const;
    expect(messageOf(openai, { verdict, stage: 'authenticate' })).toContain('not made for chats');
  });
});
