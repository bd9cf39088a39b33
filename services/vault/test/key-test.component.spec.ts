import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type TestKey } from '@keyledger/contracts-vault';
import type { InputOf, Principal } from '@keyledger/messaging';
import { randomBytes } from 'node:crypto';
import { exampleAnswers } from '../src/domain/providers/provider-answers.examples.ts';
import { providers } from '../src/domain/providers/providers.ts';
import { ada } from './people.ts';
import { ProviderServer } from './provider-server.ts';
import { asking, admin, submissionOf } from './vault-client.ts';
import type { Replica } from './replica.ts';
import { Outside } from './vault-in-memory.ts';

const named = providers.map(({ name }) => name);

describe('a key that nobody keeps', () => {
  let outside: Outside;
  let vault: Replica;
  let server: ProviderServer;
  let key: string;

  beforeAll(async () => {
    outside = new Outside();
    vault = await outside.replica();
    server = await ProviderServer.open();
  });
  afterAll(() => server[Symbol.asyncDispose]());
  beforeEach(() => {
    key = `sk-${randomBytes(24).toString('base64url')}`;
    for (const name of named) server.of(name).heard.length = 0;
    outside.advance(60_000);
  });

  const ask = async (input: Omit<InputOf<typeof TestKey>, 'submission'>, value = key, by = ada) =>
    vault.client.TestKey({ ...input, submission: await submissionOf(vault.client, value, by) }, asking(by));

  const test = async (provider: string, model?: string, value = key) => {
    const wanted = { provider, baseUrl: server.addressOf(provider), ...(model === undefined ? {} : { model }) };
    const reply = await ask(wanted, value);
    if (reply.outcome !== 'accepted') throw new Error(JSON.stringify(reply));
    return reply.result;
  };

  it.each(named)('is accepted by %s, shown once and by no chat', async (provider) => {
    server.of(provider).keys.set(key, 'good');
    expect(await test(provider)).toMatchObject({
      outcome: 'ok',
      stage: 'authenticate',
      latencyMs: expect.any(Number),
      testedAt: outside.clock().toISOString(),
    });
    expect(server.of(provider).heard).toHaveLength(1);
  });

  it.each(named)('is accepted by %s and chats with five tokens', async (provider) => {
    server.of(provider).keys.set(key, 'good');
    expect(await test(provider, 'm')).toMatchObject({ outcome: 'ok', stage: 'complete' });
    expect(server.of(provider).heard).toHaveLength(2);
  });

  it.each(named.filter((name) => name !== 'ollama'))('that %s does not know is blamed, once', async (provider) => {
    expect(await test(provider, 'm')).toMatchObject({ outcome: 'invalid-key', stage: 'authenticate' });
    expect(server.of(provider).heard).toHaveLength(1);
  });

  it.each(exampleAnswers)('with $provider, $what: $outcome', async (example) => {
    server.of(example.provider).keys.set(key, example);
    const { outcome, message } = await test(example.provider, 'm');
    // Listing may be forbidden to a key that may chat.
    const goesOn = example.outcome === 'forbidden' && example.stage === 'authenticate';
    expect(outcome).toBe(goesOn ? 'ok' : example.outcome);
    expect(message).not.toContain(key);
  });

  it('is tried once more where the provider failed, and not where it answered', async () => {
    const openai = server.of('openai');
    openai.keys.set(key, 'good');
    openai.next.push({ status: 503, body: 'overloaded' });
    expect(await test('openai')).toMatchObject({ outcome: 'ok' });
    openai.next.push({ status: 500, body: '' }, { status: 502, body: '' });
    expect(await test('openai')).toMatchObject({ outcome: 'provider-error' });
    expect(openai.heard).toHaveLength(4);
    openai.next.push({ status: 403, body: {} });
    expect(await test('openai')).toMatchObject({ outcome: 'forbidden' });
    expect(openai.heard).toHaveLength(5);
  });

  it('is told when to come again', async () => {
    server.of('groq').next.push({ status: 429, headers: { 'retry-after': '7' }, body: { error: { message: 'Slow' } } });
    const result = await test('groq');
    expect(result).toMatchObject({ outcome: 'rate-limited', retryAfterSeconds: 7 });
    expect(result.message).toContain('in 7 seconds');
  });

  it('chats with the other name of the token limit where the provider wants it', async () => {
    const azure = server.of('azure-openai');
    azure.keys.set(key, 'good');
    const message = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.";
    azure.next.push(
      { status: 200, body: {} },
      { status: 400, body: { error: { code: 'unsupported_parameter', message } } },
    );
    await test('azure-openai', 'm');
    expect(azure.heard.map(({ body }) => body)).toMatchObject(
      [{}, { max_tokens: 5 }, { max_completion_tokens: 5 }].map((body, index) => (index === 0 ? undefined : body)),
    );
  });

  it('is left out where a connection does without one', async () => {
    const reply = await vault.client.TestKey({ provider: 'ollama', baseUrl: server.addressOf('ollama') }, asking(ada));
    expect(reply).toMatchObject({ outcome: 'accepted', result: { outcome: 'ok' } });
    expect(server.of('ollama').heard[0]?.headers).not.toHaveProperty('authorization');
    expect(await vault.client.TestKey({ provider: 'openai' }, asking(ada))).toMatchObject({ code: 'value-empty' });
  });

  it('is warned of when it manages keys', async () => {
    server.of('openrouter').next.push({ status: 200, body: { data: { is_management_key: true } } });
    expect(await test('openrouter')).toMatchObject({ outcome: 'ok', warning: 'management-key' });
  });

  it('is not in what the provider is quoted with, whole or in part', async () => {
    const told = `Incorrect API key provided: ${key}. Its end is ${key.slice(-9)}`;
    server.of('openai').next.push({ status: 401, body: { error: { message: told, code: key } } });
    const result = await test('openai');
    expect(result.providerMessage).toMatch(/^Incorrect API key provided: /);
    expect(JSON.stringify(result)).not.toContain(key.slice(-9));
  });

  it.each([
    ['another host than the listed one', 'https://127.0.0.2/v1', 'none that may be called'],
    ['the metadata service of a cloud', 'https://169.254.169.254/v1', 'none that may be called'],
    ['no encryption', 'http://api.example.com/v1', 'https'],
    ['a host that does not exist', 'https://nobody.invalid/v1', 'no host of this name'],
  ])('goes nowhere with %s', async (_what, baseUrl, told) => {
    const reply = await ask({ provider: 'openai', baseUrl });
    expect(reply).toMatchObject({ outcome: 'accepted', result: { outcome: 'unreachable' } });
    expect(reply.outcome === 'accepted' && reply.result.message).toContain(told);
  });

  it('is not carried along by a redirect', async () => {
    server.of('openai').next.push({ status: 302, headers: { location: server.addressOf('groq') }, body: '' });
    expect(await test('openai')).toMatchObject({ outcome: 'unknown' });
    expect(server.of('groq').heard).toEqual([]);
  });

  it('costs nobody more than the time limit', async () => {
    server.isSilent = true;
    const answer = ask({ provider: 'openai', baseUrl: server.addressOf('openai') });
    const reply = await answer.finally(() => (server.isSilent = false));
    expect(reply).toMatchObject({ result: { outcome: 'unreachable', message: expect.stringContaining('in time') } });
    expect(server.of('openai').heard).toHaveLength(1);
  }, 10_000);

  it.each([
    [{ provider: 'nobody' }, 'provider-unknown'],
    [{ provider: 'azure-openai' }, 'address-missing'],
  ])('needs to know where it belongs: %j', async (input, code) => {
    expect(await ask(input)).toMatchObject({ outcome: 'refused', code });
  });

  it.each([
    ['********', 'value-is-a-mask'],
    [' sk-1', 'value-has-white-space'],
    ['"sk-1"', 'value-has-quotes'],
  ])('is not tested when it cannot be meant: %s', async (value, code) => {
    expect(await ask({ provider: 'openai', baseUrl: server.addressOf('openai') }, value)).toMatchObject({ code });
    expect(server.of('openai').heard).toEqual([]);
  });

  it('is for those who have proven who they are, and for whoever handed it in', async () => {
    const typed: Principal = { ...ada, proof: 'address' };
    expect(await ask({ provider: 'openai' }, key, typed)).toMatchObject({ code: 'not-permitted' });
    const submission = await submissionOf(vault.client, key, admin);
    const overheard = await vault.client.TestKey({ provider: 'openai', submission }, asking(ada));
    expect(overheard).toMatchObject({ code: 'submission-unreadable' });
  });

  it.each(['https://user:pass@api.example.com/v1', 'https://api.example.com/v1?key=1', 'ftp://api.example.com', 'x'])(
    'has no connection with the address %s',
    async (baseUrl) => {
      await expect(ask({ provider: 'openai', baseUrl })).rejects.toMatchObject({ code: 'malformed' });
    },
  );

  it('is one of so many in a minute: of one person, of all, and over all replicas', async () => {
    const openai = { provider: 'openai', baseUrl: server.addressOf('openai') };
    const replicas = [vault, await outside.replica()];
    const ask = async (by: Principal, time: number) => {
      const { client } = replicas[time % 2]!;
      return client.TestKey({ ...openai, submission: await submissionOf(client, key, by) }, asking(by));
    };
    for (let time = 0; time < 5; time += 1) expect(await ask(ada, time)).toMatchObject({ outcome: 'accepted' });
    outside.advance(45_000);
    await expect(ask(ada, 5)).rejects.toMatchObject({ code: 'rate-limited', retryAfterMs: 15_000 });
    expect(outside.logged.at(-1)).toContain('too-many-tests');
    for (let time = 0; time < 3; time += 1) expect(await ask(admin, time)).toMatchObject({ outcome: 'accepted' });
    await expect(ask(admin, 3)).rejects.toMatchObject({ code: 'rate-limited', retryAfterMs: 15_000 });
    expect(server.of('openai').heard).toHaveLength(8);
    outside.advance(15_000);
    expect(await ask(ada, 6)).toMatchObject({ outcome: 'accepted' });
  });

  it('finds in the list of providers what a form has to ask for', async () => {
    const { providers: listed } = await vault.client.ListConnectionProviders({}, asking(ada));
    expect(listed.map(({ name }) => name).sort()).toEqual([...named].sort());
    const of = (name: string) => listed.find((each) => each.name === name);
    const also = { allowsPrivateHosts: true, offersChat: true };
    expect(of('openai')).toEqual({
      name: 'openai',
      title: 'OpenAI',
      isKeyRequired: true,
      isBaseUrlRequired: false,
      defaultBaseUrl: 'https://api.openai.com/v1',
      ...also,
    });
    expect(of('ollama')).toEqual({
      name: 'ollama',
      title: 'Ollama',
      isKeyRequired: false,
      isBaseUrlRequired: true,
      baseUrlPattern: 'http://{host}:11434',
      ...also,
    });
    const typed = asking({ ...ada, proof: 'address' });
    await expect(vault.client.ListConnectionProviders({}, typed)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('is recorded nowhere', async () => {
    server.of('openai').keys.set(key, 'good');
    await test('openai');
    expect(await outside.storedTypes('secret')).toEqual([]);
    expect(outside.logged.join('')).not.toContain(key);
    expect(outside.logged.join('')).toContain('A key was tested');
  });
});
