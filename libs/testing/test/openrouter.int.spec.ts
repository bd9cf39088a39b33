import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type OpenRouter, startOpenRouter } from '../src/index.ts';

let openRouter: OpenRouter;

beforeAll(async () => {
  openRouter = await startOpenRouter();
});
afterAll(() => openRouter.stop());

const call = async (method: string, path: string, body?: object, key = openRouter.managementKey) => {
  const response = await fetch(`${openRouter.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

describe('the stand-in for OpenRouter', () => {
  it('tells a key once, and lets two keys have one name', async () => {
    const made = await call('POST', '/keys', { name: 'same' });
    expect(made).toMatchObject({
      status: 201,
      body: { key: expect.stringMatching(/^sk-or-v1-[0-9a-f]{64}$/), data: { name: 'same', disabled: false } },
    });
    expect((await call('POST', '/keys', { name: 'same' })).status).toBe(201);
    const { body } = await call('GET', '/keys');
    expect(JSON.stringify(body)).not.toContain(made.body['key']);
  });

  it.each<[string, object]>([
    ['no name', {}],
    ['an end with an offset', { name: 'a', expires_at: '2026-12-21T12:00:00+01:00' }],
    ['a negative limit', { name: 'a', limit: -1 }],
    ['a reset by the hour', { name: 'a', limit_reset: 'hourly' }],
  ])('refuses %s with a number as code', async (_what, body) => {
    expect(await call('POST', '/keys', body)).toMatchObject({ status: 400, body: { error: { code: 400 } } });
  });

  it('lists one workspace, and disabled keys when asked', async () => {
    const { body } = await call('POST', '/keys', { name: 'elsewhere', workspace_id: 'w1' });
    const { hash } = body['data'] as { hash: string };
    await call('PATCH', `/keys/${hash}`, { disabled: true });
    const names = async (query: string) =>
      ((await call('GET', `/keys?${query}`)).body['data'] as { name: string }[]).map(({ name }) => name);
    expect(await names('include_disabled=true')).not.toContain('elsewhere');
    expect(await names('workspace_id=w1')).toEqual([]);
    expect(await names('workspace_id=w1&include_disabled=true')).toEqual(['elsewhere']);
  });

  it('shows its models to everybody and its keys to a management key', async () => {
    expect((await call('GET', '/models', undefined, 'nobody')).status).toBe(200);
    expect((await call('GET', '/credits', undefined, 'nobody')).status).toBe(401);
    const { body } = await call('POST', '/keys', { name: 'ordinary' });
    expect((await call('GET', '/keys', undefined, String(body['key']))).status).toBe(403);
  });

  it('does the work and loses the answer, when told to', async () => {
    openRouter.failNext('POST /keys', 'drop-after-commit');
    await expect(call('POST', '/keys', { name: 'lost' })).rejects.toThrow('fetch failed');
    expect(openRouter.keys().filter(({ name }) => name === 'lost')).toHaveLength(1);
  });
});
