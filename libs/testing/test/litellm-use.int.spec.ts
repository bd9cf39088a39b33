import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startLiteLlm, type LiteLlm } from '../src/index.ts';
import { callLiteLlm, errorOf } from './litellm-client.ts';

describe('using a key of the LiteLLM stand-in', () => {
  let litellm: LiteLlm;
  const issue = async (body: object): Promise<string> =>
    String((await callLiteLlm(litellm, 'POST /key/generate', body)).body.key);
  const ask = (key: string, model = 'gpt-4o-mini') =>
    callLiteLlm(litellm, 'POST /v1/chat/completions', { model, messages: [] }, `Bearer ${key}`);

  beforeEach(async () => {
    litellm = await startLiteLlm();
  });

  afterEach(() => litellm.stop());

  it('answers a chat and counts what was spent', async () => {
    const { status, body } = await ask(await issue({ models: ['gpt-4o-mini'] }));
    expect(status).toBe(200);
    expect(body).toMatchObject({ object: 'chat.completion', choices: [{ finish_reason: 'stop' }] });
    expect(litellm.ledger()[0]?.spend).toBeGreaterThan(0);
  });

  it('lists the models that the key may use', async () => {
    const key = await issue({ models: ['claude-3', 'not-there'], key_type: 'llm_api' });
    const { body } = await callLiteLlm(litellm, 'GET /v1/models', undefined, `Bearer ${key}`);
    expect((body.data as { id: string }[]).map(({ id }) => id)).toEqual(['claude-3']);
  });

  it('refuses a model that the key may not use', async () => {
    const reply = await ask(await issue({ models: ['claude-3'] }));
    expect([reply.status, errorOf(reply).type]).toEqual([401, 'key_model_access_denied']);
  });

  it('refuses a model that does not exist', async () => {
    expect((await ask(await issue({}), 'gpt-9')).status).toBe(400);
  });

  it('refuses a blocked key', async () => {
    const reply = await ask(await issue({ blocked: true }));
    expect([reply.status, errorOf(reply).type]).toEqual([401, 'auth_error']);
  });

  it('refuses an expired key with 400', async () => {
    const reply = await ask(await issue({ duration: '0s' }));
    expect([reply.status, errorOf(reply).type]).toEqual([400, 'expired_key']);
  });

  it('refuses a key whose budget is spent', async () => {
    const reply = await ask(await issue({ max_budget: 0 }));
    expect([reply.status, errorOf(reply).type]).toEqual([400, 'budget_exceeded']);
  });

  it('keeps a key for model calls away from management', async () => {
    const key = await issue({ key_type: 'llm_api' });
    expect((await callLiteLlm(litellm, 'GET /key/info', undefined, `Bearer ${key}`)).status).toBe(401);
    expect((await callLiteLlm(litellm, 'POST /key/generate', {}, `Bearer ${key}`)).status).toBe(401);
  });

  it.each([
    ['', 'auth_error', 'No api key passed in.'],
    ['sk-without-bearer', 'auth_error', 'Malformed API Key passed in.'],
    [`Bearer ${'f'.repeat(64)}`, 'auth_error', 'LiteLLM Virtual Key expected.'],
    ['Bearer sk-unknown', 'token_not_found_in_db', 'Received API Key = sk-...nown'],
  ])('lets nobody in with %j', async (authorization, type, message) => {
    const reply = await callLiteLlm(litellm, 'GET /v1/models', undefined, authorization);
    expect(reply.status).toBe(401);
    expect(errorOf(reply)).toMatchObject({ type, message: expect.stringContaining(message) });
  });

  it('says that it is alive to everybody, as a JSON text', async () => {
    const response = await fetch(`${litellm.url}/health/liveliness`);
    await expect(response.json()).resolves.toBe("I'm alive!");
  });
});
