import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type OpenAiAdmin, startOpenAiAdmin } from '../src/index.ts';

let openAi: OpenAiAdmin;

beforeAll(async () => {
  openAi = await startOpenAiAdmin();
});
afterAll(() => openAi.stop());

const call = async (method: string, path: string, body?: object, key = openAi.adminKey) => {
  const response = await fetch(`${openAi.url}/organization/projects/${openAi.projectId}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

interface Made {
  readonly id: string;
  readonly api_key: { readonly id: string; readonly value: string };
}

describe('the stand-in for OpenAI', () => {
  it('tells the key of an account once', async () => {
    const { status, body } = await call('POST', '/service_accounts', { name: 'lease' });
    const made = body as unknown as Made;
    expect(status).toBe(200);
    expect(made.api_key.value).toMatch(/^sk-/);
    const { body: listed } = await call('GET', '/api_keys?limit=100');
    expect(JSON.stringify(listed)).toContain(made.api_key.id);
    expect(JSON.stringify(listed)).not.toContain(made.api_key.value);
  });

  it('refuses to delete the key of an account, and ends it with the account', async () => {
    const made = (await call('POST', '/service_accounts', { name: 'lease' })).body as unknown as Made;
    expect((await call('DELETE', `/api_keys/${made.api_key.id}`)).status).toBe(400);
    expect(await call('DELETE', `/service_accounts/${made.id}`)).toMatchObject({ body: { deleted: true } });
    expect((await call('GET', `/service_accounts/${made.id}`)).status).toBe(404);
  });

  it('lists page by page', async () => {
    for (let count = 0; count < 3; count += 1) await call('POST', '/service_accounts', { name: `page-${count}` });
    const first = (await call('GET', '/service_accounts?limit=2')).body;
    expect(first).toMatchObject({ has_more: true });
    const next = (await call('GET', `/service_accounts?limit=100&after=${first['last_id']}`)).body;
    expect(next).toMatchObject({ has_more: false });
    expect([...(first['data'] as unknown[]), ...(next['data'] as unknown[])]).toHaveLength(openAi.accounts().length);
  });

  it('does not know others', async () => {
    expect(await call('GET', '/service_accounts', undefined, 'sk-admin-other')).toMatchObject({
      status: 401,
      body: { error: { code: 'invalid_api_key' } },
    });
  });
});
