import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AppError } from '@keyledger/errors';
import { ADMIN, basic, type Harness, PASSWORD, startGateway } from './gateway.harness.ts';

const VIEWER = '{ viewer { name roles proof } }';
const json = { 'content-type': 'application/json' };

const cookieOf = (response: Response): string => response.headers.get('set-cookie')?.split(';')[0] ?? '';

const signIn = (gateway: Harness): Promise<Response> =>
  gateway.fetch('/api/session', {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ username: ADMIN, password: PASSWORD }),
  });

describe('HTTP Basic', () => {
  let gateway: Harness;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.close());

  it('makes the administrator of the environment', async () => {
    const { data } = await gateway.graphql(VIEWER, {}, basic());
    expect(data.viewer).toEqual({ name: ADMIN, roles: ['admin', 'reviewer', 'auditor'], proof: 'basic' });
    const { data: visitor } = await gateway.graphql(VIEWER);
    expect(visitor.viewer).toBeNull();
  });

  it('answers 401 with a challenge to wrong credentials, in REST and in GraphQL', async () => {
    for (const headers of [basic(ADMIN, 'wrong'), basic('other', PASSWORD), { authorization: 'Bearer abc' }]) {
      const rest = await gateway.fetch('/api/admin/requests', { headers });
      expect(rest.status).toBe(401);
      expect(rest.headers.get('www-authenticate')).toMatch(/^Basic realm=/);
      expect(await rest.json()).toMatchObject({ code: 'UNAUTHENTICATED', detail: expect.any(String) });
      const graphql = await gateway.graphql(VIEWER, {}, headers);
      expect(graphql.status).toBe(401);
      expect(graphql.errors[0]?.extensions['code']).toBe('UNAUTHENTICATED');
    }
  });

  it('asks for credentials where there are none', async () => {
    const response = await gateway.fetch('/api/admin/verify', { method: 'POST' });
    expect(response.status).toBe(401);
    const { data, errors } = await gateway.graphql(
      '{ keyRequests { edges { cursor } } auditEvents { edges { cursor } } }',
    );
    expect(data).toEqual({ keyRequests: null, auditEvents: null });
    expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
  });

  it('keeps the public pages open for stale credentials', async () => {
    const response = await gateway.fetch('/', { headers: basic(ADMIN, 'old password') });
    expect(response.status).toBe(200);
  });
});

describe('failed sign-ins', () => {
  let gateway: Harness;
  beforeEach(async () => {
    const now = new Date();
    gateway = await startGateway({ TRUST_PROXY: '1' }, () => now);
  });
  afterEach(() => gateway.close());

  const from = (client: string) => ({ 'x-forwarded-for': client });
  const list = (headers: Record<string, string>) => gateway.fetch('/api/admin/requests', { headers });
  const guess = async (client: string, times: number): Promise<number[]> => {
    const statuses: number[] = [];
    for (let attempt = 0; attempt < times; attempt += 1)
      statuses.push((await list({ ...basic(ADMIN, `guess ${attempt}`), ...from(client) })).status);
    return statuses;
  };

  it('are slowed down per address, in all ways of signing in together, and tell when to come back', async () => {
    expect(await guess('192.0.2.66', 20)).toEqual([...Array(6).fill(401), ...Array(14).fill(429)]);
    const limited = await list({ ...basic(), ...from('192.0.2.66') });
    expect(limited.status).toBe(429);
    expect(Number(limited.headers.get('retry-after'))).toBe(1);
    const signedIn = await gateway.fetch('/api/session', {
      method: 'POST',
      headers: { ...json, ...from('192.0.2.66') },
      body: JSON.stringify({ username: ADMIN, password: PASSWORD }),
    });
    expect(signedIn.status).toBe(429);
  });

  it('do not keep the administrator out who comes from elsewhere, or has signed in', async () => {
    const cookie = cookieOf(await signIn(gateway));
    await guess('192.0.2.66', 20);
    expect((await list({ ...basic(), ...from('192.0.2.1') })).status).toBe(200);
    expect((await list({ cookie, ...from('192.0.2.66') })).status).toBe(200);
  });

  it('are one mistake when a program repeats a password that is no longer right', async () => {
    for (let time = 0; time < 20; time += 1) await list({ ...basic(ADMIN, 'old'), ...from('192.0.2.1') });
    expect((await list({ ...basic(), ...from('192.0.2.1') })).status).toBe(200);
  });
});

describe('a browser session', () => {
  let gateway: Harness;
  let cookie: string;
  beforeAll(async () => {
    gateway = await startGateway();
    cookie = cookieOf(await signIn(gateway));
  });
  afterAll(() => gateway.close());

  it('is a cookie that scripts and other sites cannot use', async () => {
    const response = await signIn(gateway);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ authenticated: true, username: ADMIN });
    const attributes = response.headers.get('set-cookie') ?? '';
    expect(attributes).toMatch(/HttpOnly/);
    expect(attributes).toMatch(/SameSite=Strict/);
    expect(attributes).toMatch(/Path=\//);
    expect(attributes).not.toMatch(/Secure/);
  });

  it('is secure and pinned to the host behind https', async () => {
    const https = await startGateway({ PUBLIC_URL: 'https://keys.example.com' });
    try {
      const response = await signIn(https);
      expect(response.headers.get('set-cookie')).toMatch(/^__Host-keyledger_session=.*; Secure/);
      expect(response.headers.get('strict-transport-security')).toBeTruthy();
    } finally {
      await https.close();
    }
  });

  it('can be begun with HTTP Basic as well', async () => {
    const response = await gateway.fetch('/api/session', { method: 'POST', headers: basic() });
    expect(response.status).toBe(200);
    const wrong = await gateway.fetch('/api/session', { method: 'POST', headers: basic(ADMIN, 'wrong') });
    expect(wrong.status).toBe(401);
    expect(wrong.headers.get('set-cookie')).toBeNull();
  });

  it('speaks for the administrator in GraphQL and REST', async () => {
    const { data } = await gateway.graphql(VIEWER, {}, { cookie });
    expect(data.viewer).toMatchObject({ name: ADMIN, proof: 'session' });
    expect((await gateway.fetch('/api/admin/requests', { headers: { cookie } })).status).toBe(200);
    const session = await gateway.fetch('/api/session', { headers: { cookie } });
    expect(await session.json()).toMatchObject({ authenticated: true, expires_at: expect.any(String) });
  });

  it('is nobody when altered', async () => {
    const { data } = await gateway.graphql(VIEWER, {}, { cookie: `${cookie.slice(0, -4)}AAAA` });
    expect(data.viewer).toBeNull();
  });

  it('ends with signing out, in each copy of the cookie, whatever else the request carries', async () => {
    for (const also of [{}, basic(), basic(ADMIN, 'old password')]) {
      const own = cookieOf(await signIn(gateway));
      const response = await gateway.fetch('/api/session', { method: 'DELETE', headers: { cookie: own, ...also } });
      expect(response.status).toBe(204);
      expect(response.headers.get('set-cookie')).toMatch(/Max-Age=0/);
      expect((await gateway.graphql(VIEWER, {}, { cookie: own })).data.viewer).toBeNull();
      expect((await gateway.fetch('/api/admin/requests', { headers: { cookie: own } })).status).toBe(401);
    }
    expect((await gateway.graphql(VIEWER, {}, { cookie })).data.viewer).toMatchObject({ name: ADMIN });
  });

  it('is not said to have ended when that could not be recorded', async () => {
    const own = await startGateway();
    try {
      const kept = cookieOf(await signIn(own));
      own.sessionRegister.fault = new AppError('unavailable', 'Sessions cannot be checked at the moment');
      const response = await own.fetch('/api/session', { method: 'DELETE', headers: { cookie: kept } });
      expect(response.status).toBe(503);
      expect(response.headers.get('set-cookie')).toBeNull();
      expect((await own.fetch('/api/admin/requests', { headers: { cookie: kept } })).status).toBe(503);
      expect((await own.fetch('/', { headers: { cookie: kept } })).status).toBe(200);
    } finally {
      await own.close();
    }
  });

  it('is not taken from a request that a browser sends without asking first', async () => {
    const query = '/graphql?query=%7Bviewer%7Bname%7D%7D';
    const simple = await gateway.fetch(query, { headers: { cookie } });
    expect(simple.status).toBe(403);
    const asked = await gateway.fetch(query, { headers: { cookie, 'x-graphql-yoga-csrf': '1' } });
    expect(asked.status).toBe(200);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const form = await gateway.fetch('/graphql', {
        method: 'POST',
        headers: { cookie, 'content-type': type },
        body: JSON.stringify({ query: VIEWER }),
      });
      expect(form.status).toBeGreaterThanOrEqual(403);
      expect(await form.text()).not.toContain(ADMIN);
    }
  });

  it('is not taken from a page of another site', async () => {
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
    ]) {
      const response = await gateway.fetch('/api/admin/verify', { method: 'POST', headers: { cookie, ...headers } });
      expect(response.status).toBe(403);
    }
    const own = await gateway.fetch('/api/admin/verify', { method: 'POST', headers: { cookie, origin: gateway.url } });
    expect(own.status).toBe(200);
  });
});

describe('pages of other origins', () => {
  const preflight = (gateway: Harness, origin: string): Promise<Response> =>
    gateway.fetch('/graphql', {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
    });

  it('may not call the API unless they are named', async () => {
    const closed = await startGateway();
    const open = await startGateway({ CORS_ORIGINS: 'https://portal.example;https://admin.example' });
    try {
      expect((await preflight(closed, 'https://portal.example')).headers.get('access-control-allow-origin')).toBeNull();
      expect((await preflight(open, 'https://admin.example')).headers.get('access-control-allow-origin')).toBe(
        'https://admin.example',
      );
      expect((await preflight(open, 'https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
      const call = await open.fetch('/api/admin/verify', {
        method: 'POST',
        headers: { ...basic(), origin: 'https://portal.example', 'sec-fetch-site': 'cross-site' },
      });
      expect(call.status).toBe(200);
    } finally {
      await closed.close();
      await open.close();
    }
  });
});
