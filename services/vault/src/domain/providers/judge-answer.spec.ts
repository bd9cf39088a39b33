import { describe, expect, it } from '@jest/globals';
import { goesOn, isWorthRetrying, type ProviderAnswer, type Stage, testOutcomes } from './connection-test.ts';
import { judgeAnswer } from './judge-answer.ts';
import { exampleAnswers, openAiError } from './provider-answers.examples.ts';
import { providers } from './providers.ts';

const NOW = new Date('2026-11-21T08:00:00Z');

const byName = (name: string) => providers.find((provider) => provider.name === name)!;

const named = providers.map(({ name }) => name);

const judge = (name: string, stage: Stage, status: number, body: unknown, headers: ProviderAnswer['headers'] = {}) =>
  judgeAnswer(byName(name), stage, { status, headers, body }, NOW);

const [auth, chat] = ['authenticate', 'complete'] as const;

describe('an answer', () => {
  it.each(exampleAnswers)('of $provider: $what is $outcome', ({ provider, outcome, stage, status, body }) => {
    expect(judge(provider, stage, status, body).outcome).toBe(outcome);
  });

  it.each(providers.map(({ name }) => [name]))('of %s: a page says nothing about the key', (name) => {
    for (const stage of [auth, chat] as const)
      expect(judge(name, stage, 200, '<html>Welcome</html>').outcome).toBe('unknown');
    expect(judge(name, auth, 404, '<html>Not found</html>').outcome).toBe('unknown');
    expect(judge(name, auth, 400, '<html>Bad request</html>').outcome).toBe('bad-request');
  });

  it.each(named.filter((name) => name !== 'ollama'))('of %s: neither does the page of a proxy', (name) => {
    for (const stage of [auth, chat] as const) {
      for (const status of [401, 402, 403, 404, 407, 451])
        expect(judge(name, stage, status, '\n<!DOCTYPE html><h1>Sign in to the proxy</h1>').outcome).toBe('unknown');
      expect(judge(name, stage, 400, '<html>API key not valid</html>').outcome).toBe('bad-request');
    }
  });

  it('of Ollama: the page of a proxy is that of whoever knows the key', () =>
    expect(judge('ollama', auth, 401, '<html>401 Authorization Required</html>').outcome).toBe('invalid-key'));

  it.each(providers.map(({ name }) => [name]))('of %s: 500 is not the fault of the key, nor is a page', (name) => {
    for (const stage of [auth, chat] as const) {
      expect(judge(name, stage, 500, '<html>API key not valid</html>').outcome).toBe('provider-error');
      expect(judge(name, stage, 502, undefined).outcome).toBe('provider-error');
      expect(judge(name, stage, 302, '').outcome).toBe('unknown');
      expect(judge(name, stage, 429, '').outcome).toBe('rate-limited');
    }
  });
});

describe('the message of a provider', () => {
  it('is kept without the key that it quotes', () => {
    const key = 'sk-or-v1-0123456789abcdef0123456789abcdef';
    const { message } = judge(
      'openai',
      auth,
      401,
      openAiError(`Incorrect API key provided: ${key}.`, '', 'invalid_api_key'),
    );
    expect(message).toContain('Incorrect API key provided');
    expect(message).not.toContain('0123456789abcdef');
  });

  it('is looked through in its first sentences only, however much a provider says', () => {
    const after = (length: number) =>
      judge('openai', auth, 400, openAiError(`${' '.repeat(length)}Incorrect API key`, '', ''));
    expect([after(0).outcome, after(2_000).outcome]).toEqual(['invalid-key', 'bad-request']);
    // An expression that looks through all of it would not come to an end.
    for (const { name } of providers)
      for (const status of [400, 401, 403, 429]) {
        const said = judge(name, auth, status, openAiError('apikey '.repeat(500_000), '', ''));
        expect(said.message!.length).toBeLessThanOrEqual(200);
      }
  });

  it('is cut off when it is long', () => {
    expect(judge('openai', auth, 400, { error: 'word '.repeat(1000) }).message!.length).toBeLessThanOrEqual(200);
  });

  it('is not told when all is well', () => {
    expect(judge('openai', auth, 200, { message: 'hello' })).toEqual({ outcome: 'ok' });
  });
});

describe('how long to wait', () => {
  const waiting = (retryAfter: string) =>
    judge('openai', chat, 429, '', { 'retry-after': retryAfter }).retryAfterSeconds;

  it.each([
    ['5', 5],
    ['Sat, 21 Nov 2026 08:01:00 GMT', 60],
    ['Sat, 21 Nov 2026 07:00:00 GMT', 0],
    ['soon', undefined],
    ['99999999999', 86_400],
    ['99999999999999999999', 86_400],
    ['Fri, 31 Dec 9999 23:59:59 GMT', 86_400],
    ['1.5', 2],
  ])('%s', (value, seconds) => {
    expect(waiting(value)).toBe(seconds);
  });
});

describe('what follows from an outcome', () => {
  it('is another attempt only where the provider failed', () => {
    expect(testOutcomes.filter((outcome) => isWorthRetrying({ outcome }))).toEqual(['unreachable', 'provider-error']);
  });

  it('is the chat also where listing models is forbidden', () => {
    expect(testOutcomes.filter((outcome) => goesOn({ outcome }))).toEqual(['ok', 'forbidden']);
  });

  it('is the other name of the token limit where the provider asks for it', () => {
    const body = openAiError(
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      'invalid_request_error',
      'unsupported_parameter',
      'max_tokens',
    );
    expect(judge('azure-openai', chat, 400, body)).toMatchObject({
      outcome: 'bad-request',
      retryWith: 'max_completion_tokens',
    });
  });

  it('is a warning for a key that only manages keys', () => {
    expect(judge('openrouter', auth, 200, { data: { is_management_key: true } })).toEqual({
      outcome: 'ok',
      warning: 'management-key',
    });
  });
});

describe('the calls', () => {
  const target = { baseUrl: 'https://bedrock.eu-west-1.amazonaws.com', model: 'some/model' };

  it.each(providers.map((provider) => [provider.name, provider] as const))(
    'of %s name the model in the chat alone, and nowhere the key',
    (_name, provider) => {
      const [first, second] = [provider.authenticate(target), provider.complete(target)].map((call) =>
        decodeURIComponent(JSON.stringify(call)),
      );
      expect(first).not.toContain(target.model);
      expect(second).toContain(target.model);
      expect(provider.complete(target).method).toBe('POST');
    },
  );

  it('of Bedrock go to the host that runs models', () => {
    expect(byName('bedrock').complete(target).url).toBe('https://bedrock-runtime.eu-west-1.amazonaws.com');
  });

  it('of Hugging Face go to no other host than the one that the key is kept for', () => {
    const { authenticate } = byName('hugging-face');
    expect(authenticate({ ...target, baseUrl: 'https://router.huggingface.co/v1' }).url).toBe(
      'https://huggingface.co/api',
    );
    expect(authenticate({ ...target, baseUrl: 'https://models.example.com/v1' }).url).toBe(
      'https://models.example.com/api',
    );
  });

  it('of OpenAI limit the tokens by the name that its newer models want', () => {
    expect(byName('openai').complete(target).body).toMatchObject({ max_completion_tokens: 5 });
    expect(byName('mistral').complete(target).body).toMatchObject({ max_tokens: 5 });
    expect(byName('mistral').complete({ ...target, tokenLimit: 'max_completion_tokens' }).body).toMatchObject({
      max_completion_tokens: 5,
    });
  });

  it('do not ask public lists whether a key is good', () => {
    expect(byName('openrouter').authenticate(target).path).toBe('/key');
  });

  it('have names of their own', () => {
    expect(new Set(providers.map(({ name }) => name)).size).toBe(providers.length);
  });
});
