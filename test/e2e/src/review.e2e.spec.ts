import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { askPersistently } from './load.ts';
import { mailTo, untilStatus } from './requester.ts';
import { startSystem, type System } from './system.ts';

jest.setTimeout(120_000);

const DENY = `mutation ($id: ID!, $reason: String!) { denyKeyRequest(input: { requestId: $id, reason: $reason }) {
  __typename ... on Error { code } } }`;

const UPDATES =
  'subscription ($id: ID!, $claimCode: String) { keyRequestUpdated(id: $id, claimCode: $claimCode) { status } }';

describe('a request that a person decides', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem();
  });

  afterAll(() => system?.stop());

  const admin = (path: string, init: RequestInit = {}): Promise<Response> =>
    system.gateway.fetch(`/api/admin${path}`, {
      ...init,
      headers: { 'content-type': 'application/json', ...system.gateway.administrator },
    });

  it('is told to requester and reviewer, waits in the list, and goes on when it is approved', async () => {
    const { requestId, claimCode } = await askPersistently(system, 'carol@example.com', 'claude-3');
    const seen: string[] = [];
    const watching = (async () => {
      const updates = system.gateway.subscribe<{ keyRequestUpdated: { status: string } }>(UPDATES, {
        id: requestId,
        claimCode,
      });
      for await (const { keyRequestUpdated } of updates) {
        seen.push(keyRequestUpdated.status);
        if (keyRequestUpdated.status === 'FULFILLED') break;
      }
    })();
    await untilStatus(system, requestId, 'IN_REVIEW');
    expect((await mailTo(system, 'carol@example.com')).text).toContain('claude-3');
    expect((await mailTo(system, 'admin@example.com')).text).toContain('carol@example.com');
    const list = await system.gateway.until(
      async () => (await (await admin('/requests?filter=review')).json()) as readonly Record<string, unknown>[],
      (all) => JSON.stringify(all).includes(requestId),
    );
    expect(JSON.stringify(list)).not.toMatch(/sk-/);
    expect((await admin(`/requests/${requestId}/approve`, { method: 'POST' })).status).toBe(200);
    await mailTo(system, 'carol@example.com', /\/claim\//);
    await watching;
    expect(seen[0]).toMatch(/SUBMITTED|IN_REVIEW/);
    expect(seen.slice(-2)).toEqual(['APPROVED', 'FULFILLED']);
    expect((await admin(`/requests/${requestId}/deny`, { method: 'POST', body: '{"reason":"late"}' })).status).toBe(
      409,
    );
  });

  it('is denied with a reason, which the requester reads, escaped', async () => {
    const { requestId } = await askPersistently(system, 'dave@example.com', 'claude-3');
    await untilStatus(system, requestId, 'IN_REVIEW');
    const variables = { id: requestId, reason: 'No budget <script>alert(1)</script> this year' };
    const { denyKeyRequest } = await system.gateway.graphql<{ denyKeyRequest: object }>(
      DENY,
      variables,
      system.gateway.administrator,
    );
    expect(denyKeyRequest).toEqual({ __typename: 'DenyKeyRequestSuccess' });
    const mail = await mailTo(system, 'dave@example.com', /No budget/);
    expect(mail.html).not.toContain('<script>');
    expect(system.litellm.ledger().filter((row) => row.user_id === 'dave@example.com')).toEqual([]);
  });

  it('is not decided by somebody who is not signed in', async () => {
    const { requestId } = await askPersistently(system, 'erin@example.com', 'claude-3');
    const { denyKeyRequest } =
      (
        await system.gateway.graphqlAnswer<{ denyKeyRequest: { code?: string } | null }>(DENY, {
          id: requestId,
          reason: 'x',
        })
      ).data ?? {};
    expect(denyKeyRequest ?? null).toBeNull();
    expect(await untilStatus(system, requestId, 'IN_REVIEW', 'DENIED')).toBe('IN_REVIEW');
    for (const path of ['/verify', '/requests', `/requests/${requestId}`, `/requests/${requestId}/approve`]) {
      const method = path === '/verify' || path.endsWith('approve') ? 'POST' : 'GET';
      expect([path, (await system.gateway.fetch(`/api/admin${path}`, { method })).status]).toEqual([path, 401]);
    }
  });

  it('is denied by the chain when no rule approves, with the reason in the trace and in a mail', async () => {
    const { requestId } = await askPersistently(system, 'mallory@elsewhere.net', 'openai-gpt4');
    expect(await untilStatus(system, requestId, 'DENIED', 'FULFILLED', 'IN_REVIEW')).toBe('DENIED');
    expect((await mailTo(system, 'mallory@elsewhere.net')).text).toContain('openai-gpt4');
  });

  it.each([
    ['an unknown model', { llm: 'no-such-model', email: 'a@example.com' }],
    ['no address', { llm: 'claude-3' }],
    ['a wrong address', { llm: 'claude-3', email: 'not an address' }],
    ['text instead of an object', 'nonsense'],
  ])('refuses %s with a message', async (_what, body) => {
    const response = await system.gateway.fetch('/api/request-key', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(Math.floor(response.status / 100)).toBe(4);
    expect((await response.json()) as { message?: string }).toMatchObject({ message: expect.any(String) });
  });
});
