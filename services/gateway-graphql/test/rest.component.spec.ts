import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ListModels } from '@keyledger/contracts-registry';
import { AppError } from '@keyledger/errors';
import { CLAIM_CODE } from './fake-services.ts';
import { ADMIN, basic, type Harness, startGateway } from './gateway.harness.ts';

const KEY = '4c1f0f5e-9a3b-4d2e-8f10-6b7a5c3d2e1f';

describe('REST', () => {
  let gateway: Harness;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.close());

  const post = (path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    gateway.fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });

  describe('POST /api/request-key', () => {
    it('answers the documented shape, with the claim code in the message of the first submission only', async () => {
      const body = { llm: 'openai-gpt4', email: 'ada@example.com' };
      const first = await post('/api/request-key', body);
      expect(first.status).toBe(200);
      const answer = (await first.json()) as object;
      expect(Object.keys(answer).sort()).toEqual(['message', 'request_id', 'success']);
      expect(answer).toMatchObject({ success: true, message: expect.stringContaining(CLAIM_CODE) });
      expect(answer).toHaveProperty('request_id', expect.any(String));
    });

    it('tells somebody who types the address of an open request no more than that it is open', async () => {
      const body = { llm: 'openai-gpt4', email: 'mary@example.com' };
      const first = await post('/api/request-key', body, { 'idempotency-key': 'the key of the first one' });
      const again = await post('/api/request-key', body);
      expect(await again.json()).toEqual({
        success: true,
        request_id: null,
        message: expect.stringContaining('is open already'),
      });
      const repeated = await post('/api/request-key', body, { 'idempotency-key': 'the key of the first one' });
      const { request_id } = (await first.json()) as { request_id: string };
      expect(await repeated.json()).toMatchObject({ request_id, message: expect.stringContaining(CLAIM_CODE) });
    });

    it('passes on justification, duration and the idempotency key', async () => {
      const body = { llm: 'openai-gpt4', email: 'grace@example.com', justification: 'why', duration: '7d' };
      const first = await post('/api/request-key', body, { 'idempotency-key': KEY });
      const { request_id: requestId } = (await first.json()) as { request_id: string };
      expect(gateway.services.requests.get(requestId)).toMatchObject({ justification: 'why', duration: '7d' });
      const other = await post('/api/request-key', { ...body, email: 'x@example.com' }, { 'idempotency-key': KEY });
      expect(other.status).toBe(409);
    });

    it.each([
      ['no body', undefined],
      ['an empty object', {}],
      ['no address', { llm: 'openai-gpt4' }],
      ['a wrong address', { llm: 'openai-gpt4', email: 'nobody' }],
      ['a wrong duration', { llm: 'openai-gpt4', email: 'a@example.com', duration: 'ever' }],
      ['another type', { llm: 7, email: 'a@example.com' }],
      ['a list', []],
    ])('refuses %s with 422, a message and its detail', async (_name, body) => {
      const response = await post('/api/request-key', body);
      expect(response.status).toBe(422);
      const { message, detail } = (await response.json()) as { message: string; detail: string };
      expect(message).toMatch(/\w+/);
      expect(detail).toBe(message);
    });

    it.each([
      ['email', { email: `${'a'.repeat(65)}@example.com` }, {}],
      ['Idempotency-Key', {}, { 'idempotency-key': '1' }],
      ['Idempotency-Key', {}, { 'idempotency-key': 'a'.repeat(201) }],
    ])('names %s when it is one that will not do', async (path, change, headers) => {
      const body = { llm: 'openai-gpt4', email: 'ida@example.com', ...change };
      const response = await post('/api/request-key', body, headers);
      expect(response.status).toBe(422);
      const { issues } = (await response.json()) as { issues: readonly object[] };
      expect(issues[0]).toEqual({ path, message: expect.stringMatching(/\w/) });
    });

    it('refuses what is no JSON with 400 and does not repeat it, and a huge body with 413', async () => {
      const broken = await post('/api/request-key', '{"llm": "x", hunter2');
      expect(broken.status).toBe(400);
      expect(await broken.text()).not.toContain('hunter2');
      expect((await post('/api/request-key', { llm: 'x'.repeat(100_000) })).status).toBe(413);
    });

    it('names the field as the client does, and answers 404 to an unknown model', async () => {
      const long = await post('/api/request-key', { llm: '', email: 'a@example.com' });
      expect(await long.json()).toMatchObject({ issues: [{ path: 'llm' }] });
      const unknown = await post('/api/request-key', { llm: 'nonsense', email: 'a@example.com' });
      expect(unknown.status).toBe(404);
      expect(await unknown.json()).toMatchObject({ code: 'MODEL_NOT_FOUND' });
    });
  });

  describe('models', () => {
    it('have the shape of LLM Key Requestor, every field a text', async () => {
      const { models } = (await (await gateway.fetch('/api/models')).json()) as { models: object[] };
      expect(models[0]).toEqual({
        id: 'openai-gpt4',
        title: 'OpenAI GPT-4',
        icon: 'simple-icons:openai',
        color: '#412991',
        description: expect.any(String),
      });
      expect(Object.values(models[1]!).every((value) => typeof value === 'string')).toBe(true);
      const featured = (await (await gateway.fetch('/api/featured-models')).json()) as { models: object[] };
      expect(featured.models).toEqual([
        expect.objectContaining({ subtitle: 'Coding', documentation_link: 'https://platform.openai.com/docs' }),
      ]);
    });

    it('answer 503 while the registry is away', async () => {
      const own = await startGateway();
      try {
        own.services.fail(ListModels, new AppError('unavailable', 'The registry does not answer'));
        const response = await own.fetch('/api/models');
        expect(response.status).toBe(503);
        expect(await response.json()).toMatchObject({ code: 'UNAVAILABLE', message: 'The registry does not answer' });
      } finally {
        await own.close();
      }
    });
  });

  describe('the five admin endpoints', () => {
    it('verify credentials', async () => {
      expect(await (await post('/api/admin/verify', undefined, basic())).json()).toEqual({
        authenticated: true,
        username: ADMIN,
      });
    });

    it('list by filter, pending by default, in the field names of LLM Key Requestor', async () => {
      const own = await startGateway();
      try {
        const statuses = ['submitted', 'in-review', 'approved', 'fulfilled', 'denied', 'expired', 'failed'] as const;
        for (const status of statuses) own.services.add({ status });
        const states = async (query: string): Promise<string[]> => {
          const list = (await (await own.fetch(`/api/admin/requests${query}`, { headers: basic() })).json()) as {
            state: string;
          }[];
          return list.map(({ state }) => state);
        };
        expect(await states('')).toEqual(['pending']);
        expect(await states('?filter=review')).toEqual(['in-review']);
        expect(await states('?filter=all')).toEqual([
          'pending',
          'in-review',
          'approved',
          'approved',
          'denied',
          'expired',
          'failed',
        ]);
        const wrong = await own.fetch('/api/admin/requests?filter=other', { headers: basic() });
        expect(wrong.status).toBe(422);
      } finally {
        await own.close();
      }
    });

    it('show one request without any key, and 404 for unknown ids of any shape', async () => {
      const { requestId } = gateway.services.addDelivered();
      const response = await gateway.fetch(`/api/admin/requests/${requestId}`, { headers: basic() });
      expect(await response.json()).toEqual({
        request_id: requestId,
        email: 'ada@example.com',
        model: 'openai-gpt4',
        state: 'approved',
        created_at: '2026-11-21T07:00:00.000Z',
        updated_at: '2026-11-21T07:00:01.000Z',
        justification: null,
        reason: null,
      });
      for (const id of ['0199ffff-0000-7000-8000-000000000000', 'req_123', '%00'])
        expect((await gateway.fetch(`/api/admin/requests/${id}`, { headers: basic() })).status).toBe(404);
    });

    it('approve and deny, 409 for what is decided, 422 without a reason', async () => {
      const one = gateway.services.add({ status: 'in-review' }).requestId;
      const two = gateway.services.add({ status: 'in-review' }).requestId;
      const approved = await post(`/api/admin/requests/${one}/approve`, undefined, basic());
      expect(await approved.json()).toEqual({ success: true, message: `Request ${one} approved successfully` });
      expect((await post(`/api/admin/requests/${one}/approve`, undefined, basic())).status).toBe(409);
      expect((await post(`/api/admin/requests/${two}/deny`, {}, basic())).status).toBe(422);
      const denied = await post(`/api/admin/requests/${two}/deny`, { reason: 'no budget' }, basic());
      expect(await denied.json()).toMatchObject({ success: true });
      expect(gateway.services.requests.get(two)?.decision?.reason).toBe('no budget');
      expect((await post(`/api/admin/requests/${one}/approve`)).status).toBe(401);
    });
  });

  describe('status and documentation', () => {
    it('says that it is there, and how each service answers', async () => {
      expect(await (await gateway.fetch('/')).json()).toMatchObject({ status: 'active', message: expect.any(String) });
      expect(await (await gateway.fetch('/health')).json()).toEqual({
        status: 'healthy',
        components: Object.fromEntries(
          ['gateway', 'registry', 'approval', 'vault', 'delivery', 'audit'].map((name) => [
            name,
            { status: 'healthy' },
          ]),
        ),
      });
      expect((await gateway.fetch('/nowhere')).status).toBe(404);
    });

    it('says that a vault is sealed, and to administrators why', async () => {
      const own = await startGateway();
      try {
        const reason = 'sealed: The passphrase does not open the master key';
        own.services.tell('vault', {
          isReady: false,
          parts: { postgres: { status: 'up' }, 'master-key': { status: 'down', reason } },
        });
        const sealed = { status: 'degraded', cause: 'master-key' };
        for (const headers of [{}, basic(ADMIN, 'an old password')]) {
          const response = await own.fetch('/health', { headers });
          expect(response.status).toBe(200);
          expect(await response.json()).toMatchObject({ status: 'degraded', components: { vault: sealed } });
        }
        const told = await (await own.fetch('/health', { headers: basic() })).json();
        expect(told).toMatchObject({ components: { vault: { ...sealed, cause: `master-key: ${reason}` } } });
        expect(told).toHaveProperty('components.audit', { status: 'healthy' });
      } finally {
        await own.close();
      }
    });

    it('serves OpenAPI, and pages that load nothing from elsewhere', async () => {
      const document = (await (await gateway.fetch('/openapi.json')).json()) as { paths: Record<string, object> };
      expect(Object.keys(document.paths)).toEqual(
        expect.arrayContaining([
          '/api/request-key',
          '/api/models',
          '/api/featured-models',
          '/api/admin/verify',
          '/api/admin/requests',
          '/api/admin/requests/{id}',
          '/api/admin/requests/{id}/approve',
          '/api/admin/requests/{id}/deny',
          '/api/audit/export',
          '/health',
        ]),
      );
      for (const path of ['/docs', '/redoc']) {
        const response = await gateway.fetch(path);
        expect(response.status).toBe(200);
        const html = await response.text();
        expect(html).not.toMatch(/(src|href)=["']?(https?:)?\/\//);
      }
      expect((await gateway.fetch('/docs/swagger-ui-bundle.js')).status).toBe(200);
      expect(await (await gateway.fetch('/redoc')).text()).toContain('POST /api/request-key');
    });

    it('sets strict headers on everything', async () => {
      for (const path of ['/', '/api/models', '/docs', '/redoc', '/nowhere']) {
        const { headers } = await gateway.fetch(path);
        expect(headers.get('x-content-type-options')).toBe('nosniff');
        expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
        expect(headers.get('content-security-policy')).toContain("default-src 'none'");
        expect(headers.get('cache-control')).toBe('no-store');
        expect(headers.get('x-powered-by')).toBeNull();
        expect(headers.get('x-correlation-id')).toMatch(/^[0-9a-f-]{36}$/);
      }
    });
  });
});
