import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OpenLink } from '@keyledger/contracts-delivery';
import { AppError } from '@keyledger/errors';
import { CANARY, CLAIM_CODE, GATEWAY_URL, TOKEN } from './fake-services.ts';
import { basic, type Harness, startGateway } from './gateway.harness.ts';

const PATH = `/claim/${TOKEN}`;
const UNKNOWN = '/claim/tok_unknown_unknown_unknown';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

describe('the page behind a one-time link', () => {
  let gateway: Harness;
  let requestId: string;
  beforeEach(async () => {
    gateway = await startGateway();
    ({ requestId } = gateway.services.addDelivered());
  });
  afterEach(() => gateway.close());

  const submit = (code: string | undefined, headers: Record<string, string> = {}, path = PATH): Promise<Response> =>
    gateway.fetch(path, {
      method: 'POST',
      headers: { ...FORM, ...headers },
      body: new URLSearchParams(code === undefined ? {} : { code }).toString(),
    });

  const setLink = (changes: object): void => {
    const link = gateway.services.links.get(TOKEN)!;
    link.view = { ...link.view, ...changes };
  };

  it('asks for the claim code and shows no key, however often a scanner looks', async () => {
    for (let visit = 0; visit < 20; visit += 1) {
      expect((await gateway.fetch(PATH, { method: 'HEAD' })).status).toBe(200);
      const response = await gateway.fetch(PATH);
      expect(response.status).toBe(200);
      expect(await response.text()).toMatch(/<form method="post"[\s\S]*name="code"/);
    }
    expect(gateway.services.asked.map(({ operation }) => operation)).not.toContain('OpenLink');
    expect(gateway.services.links.get(TOKEN)?.view.state).toBe('unopened');
    expect(await (await submit(CLAIM_CODE)).text()).toContain(CANARY);
  });

  it('has no script, loads nothing, is kept nowhere and named nowhere', async () => {
    for (const response of [await gateway.fetch(PATH), await submit('WRONG'), await submit(CLAIM_CODE)]) {
      const policy = response.headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("form-action 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('script');
      expect(policy).not.toContain('unsafe');
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(response.headers.get('referrer-policy')).toBe('no-referrer');
      expect(response.headers.get('x-robots-tag')).toContain('noindex');
      const html = await response.text();
      expect(html).not.toMatch(/<script|\son\w+=|style="|javascript:/i);
      expect(html).not.toMatch(/(src|href)=/);
    }
  });

  it('shows the key once, with snippets to copy, to the holder of the claim code', async () => {
    const response = await submit(` ${CLAIM_CODE} `);
    expect(response.status).toBe(200);
    const html = await response.text();
    expect(html).toContain(`<pre id="key">${CANARY}</pre>`);
    expect(html).toContain(`export OPENAI_API_KEY=&#39;${CANARY}&#39;`);
    expect(html).toContain(`${GATEWAY_URL}/v1`);
    expect(html).toContain('curl');
    const { caller } = gateway.services.asked.find(({ operation }) => operation === 'OpenLink')!;
    expect(caller.principal).toMatchObject({ proof: 'claim-code', requestId, id: 'ada@example.com' });
    expect(caller.correlationId).toBe(requestId);

    const second = await submit(CLAIM_CODE);
    expect(second.status).toBe(410);
    const ended = await second.text();
    expect(ended).toContain('already opened at');
    expect(ended).toContain('2026-11-21 08:15 UTC');
    expect(ended).not.toContain(CANARY);
    expect((await gateway.fetch(PATH)).status).toBe(410);
  });

  it('says that the code is wrong and lets one try again, until it is locked', async () => {
    const wrong = await submit('AAAA-AAAA-AAAA');
    expect(wrong.status).toBe(403);
    expect(await wrong.text()).toMatch(/role="alert">This is not the code[\s\S]*name="code"/);
    for (let attempt = 0; attempt < 4; attempt += 1) await submit('BBBB');
    const locked = await submit(CLAIM_CODE);
    expect(locked.status).toBe(429);
    expect(await locked.text()).toContain('Too many wrong codes');
    expect(gateway.services.links.get(TOKEN)?.view.state).toBe('unopened');
  });

  it('opens for its recipient while strangers who know the id of the request have locked themselves out', async () => {
    const watch = (code: string) =>
      gateway.graphql(`{ keyRequest(id: "${requestId}", claimCode: "${code}") { status } }`);
    for (let attempt = 0; attempt < 5; attempt += 1) await watch('BBBB');
    expect((await watch(CLAIM_CODE)).errors[0]?.extensions['code']).toBe('LOCKED');
    expect(await (await submit(CLAIM_CODE)).text()).toContain(CANARY);
  });

  it('asks for a code that was left out', async () => {
    for (const code of [undefined, '', '   ']) {
      const response = await submit(code);
      expect(response.status).toBe(422);
      expect(await response.text()).toContain('Enter the claim code');
    }
  });

  it.each([
    ['expired', { state: 'expired' }, 410, 'has expired'],
    ['superseded', { state: 'superseded' }, 410, 'newer link'],
    ['opened', { state: 'opened', openedAt: '2026-11-21T08:00:00.000Z' }, 410, 'already opened'],
  ])('has a page for a link that is %s, for looking and for asking', async (_name, changes, status, text) => {
    setLink(changes);
    for (const response of [await gateway.fetch(PATH), await submit(CLAIM_CODE)]) {
      expect(response.status).toBe(status);
      expect(await response.text()).toContain(text);
    }
    expect(gateway.services.asked.map(({ operation }) => operation)).not.toContain('ProveClaim');
  });

  it('has a page for a link that is not known', async () => {
    for (const path of [UNKNOWN, '/claim/short', '/claim/%3Cscript%3Ealert(1)%3C%2Fscript%3E_______']) {
      for (const response of [await gateway.fetch(path), await submit(CLAIM_CODE, {}, path)]) {
        expect(response.status).toBe(404);
        const html = await response.text();
        expect(html).toContain('not known');
        expect(html).not.toContain('<script');
      }
    }
  });

  it('escapes what comes from other services', async () => {
    setLink({ modelIds: ['<img src=x onerror=alert(1)>"\''] });
    const html = await (await gateway.fetch(PATH)).text();
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;');
    expect(html).not.toContain('<img');
  });

  it('takes the form from its own page only, whose origin a browser may hide', async () => {
    const other = await submit(CLAIM_CODE, { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' });
    expect(other.status).toBe(403);
    expect(await other.text()).not.toContain(CANARY);
    expect((await submit(CLAIM_CODE, { origin: 'https://evil.example' })).status).toBe(403);
    const own = await submit(CLAIM_CODE, { 'sec-fetch-site': 'same-origin', origin: 'null' });
    expect(own.status).toBe(200);
    expect(await own.text()).toContain(CANARY);
  });

  it('works for somebody whose browser sends stale credentials', async () => {
    expect((await gateway.fetch(PATH, { headers: basic('root', 'old') })).status).toBe(200);
    expect(await (await submit(CLAIM_CODE, basic('root', 'old'))).text()).toContain(CANARY);
  });

  it('is JSON for programs', async () => {
    const json = { accept: 'application/json', 'content-type': 'application/json' };
    const look = await gateway.fetch(PATH, { headers: json });
    expect(await look.json()).toEqual({
      state: 'unopened',
      models: ['openai-gpt4'],
      expires_at: '2026-11-24T07:00:00.000Z',
      opened_at: null,
    });
    const ask = (code: string): Promise<Response> =>
      gateway.fetch(PATH, { method: 'POST', headers: json, body: JSON.stringify({ code }) });
    const wrong = await ask('AAAA');
    expect([wrong.status, await wrong.json()]).toEqual([403, expect.objectContaining({ code: 'WRONG_CODE' })]);
    const right = await ask(CLAIM_CODE);
    expect(right.status).toBe(200);
    expect(await right.json()).toEqual({
      key: CANARY,
      base_url: `${GATEWAY_URL}/v1`,
      models: ['openai-gpt4'],
      expires_at: null,
    });
    const again = await ask(CLAIM_CODE);
    expect([again.status, await again.json()]).toEqual([410, expect.objectContaining({ code: 'LINK_ALREADY_OPENED' })]);
    expect((await gateway.fetch(UNKNOWN, { headers: json })).status).toBe(404);
  });

  it('repeats its command after a lost answer, for the same recipient, and shows the key', async () => {
    gateway.services.loseNextAnswerOf(OpenLink);
    const response = await submit(CLAIM_CODE);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain(CANARY);
    const commands = gateway.services.asked.filter(({ operation }) => operation === 'OpenLink');
    expect(commands).toHaveLength(2);
    expect(new Set(commands.map(({ caller }) => caller.messageId)).size).toBe(1);
    expect((await submit(CLAIM_CODE)).status).toBe(410);
  });

  it('asks for patience when the second answer is lost as well', async () => {
    gateway.services.fail(OpenLink, new AppError('deadline-exceeded', 'OpenLink was not answered in time'));
    expect((await submit(CLAIM_CODE)).status).toBe(504);
  });

  it('has a page for faults of the services, with nothing but a reference', async () => {
    gateway.services.fail(OpenLink, new Error(`defect with ${CANARY}`));
    const response = await submit(CLAIM_CODE);
    expect(response.status).toBe(500);
    const html = await response.text();
    expect(html).toContain(response.headers.get('x-correlation-id'));
    expect(html).not.toContain(CANARY);
  });

  it('leaves the key in the one answer and nowhere else', async () => {
    await gateway.fetch(PATH);
    await submit('WRONG');
    const before = gateway.answered();
    await submit(CLAIM_CODE);
    const reveal = gateway.answered().slice(before.length);
    await submit(CLAIM_CODE);
    await gateway.fetch(PATH);
    await gateway.graphql(
      `{ keyRequest(id: "${requestId}") { status lease { mask alias } history { edges { node { data } } } } }`,
      {},
      basic(),
    );
    await gateway.fetch('/api/admin/requests?filter=all', { headers: basic() });
    await gateway.fetch(`/api/admin/requests/${requestId}`, { headers: basic() });
    await gateway.fetch('/api/audit/export', { headers: basic() });
    expect(reveal).toContain(CANARY);
    expect(gateway.answered().replace(reveal, '')).not.toContain(CANARY);
    expect(gateway.logged()).not.toContain(CANARY);
    expect(gateway.logged()).not.toContain(TOKEN);
    expect(gateway.logged()).not.toContain(CLAIM_CODE);
  });
});
