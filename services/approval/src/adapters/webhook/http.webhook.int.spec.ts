import { createHmac, createSecretKey } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type Answering, FarEnd } from '../../../test/far-end.ts';
import { webhookContract } from '../../application/ports/testing/webhook.contract.ts';
import { httpWebhook, type HttpWebhookOptions } from './http.webhook.ts';

const question = { email: 'ada@example.com', modelId: 'claude-3', requestId: '01890a5d-ac96-774b-bcce-b302099a8057' };
const now = new Date('2026-01-05T08:00:00.500Z');

const webhookTo = (endpoint: string, also: Partial<HttpWebhookOptions> = {}) =>
  httpWebhook({ endpoint, timeoutMs: 5_000, allowPrivate: ['127.0.0.1'], clock: () => now, ...also });

webhookContract('HTTP', async () => {
  const far = await FarEnd.open();
  return {
    webhook: webhookTo(far.url(), { timeoutMs: 300 }),
    answerWith: (body: string) => (far.answering = (response) => response.end(body)),
    fallSilent: () => (far.answering = () => undefined),
    get questions() {
      return far.asked.map(({ body }) => JSON.parse(body) as unknown);
    },
    close: () => far.close(),
  };
});

describe('HTTP as a webhook', () => {
  const open: FarEnd[] = [];
  const farEnd = async (answering?: Answering) => {
    const far = await FarEnd.open();
    open.push(far);
    if (answering !== undefined) far.answering = answering;
    return far;
  };
  afterEach(() => Promise.all(open.splice(0).map((far) => far.close())));

  it('posts JSON to the path and query of the endpoint', async () => {
    const far = await farEnd();
    await webhookTo(far.url('127.0.0.1', '/a/b?key=1')).ask(question);
    expect(far.asked[0]).toMatchObject({
      method: 'POST',
      path: '/a/b?key=1',
      headers: { 'content-type': 'application/json' },
    });
  });

  it.each([201, 204, 301, 302, 307, 308, 400, 401, 404, 429, 500, 503])(
    'takes an approving body for an answer only with a 2xx status: %i',
    async (status) => {
      const far = await farEnd((response) => {
        response.statusCode = status;
        response.end('{"decision":"APPROVE"}');
      });
      const { verdict } = await webhookTo(far.url()).ask(question);
      // A 204 has no body by definition.
      expect(verdict).toBe(status === 201 ? 'approve' : 'unavailable');
    },
  );

  it('does not follow a redirect, to a loopback address or to itself', async () => {
    const inner = await farEnd();
    const far = await farEnd((response, { path }) => {
      response.writeHead(307, { location: path === '/approve' ? inner.url() : '/approved' });
      response.end();
    });
    expect(await webhookTo(far.url()).ask(question)).toMatchObject({ verdict: 'unavailable' });
    expect(await webhookTo(far.url('127.0.0.1', '/again')).ask(question)).toMatchObject({ verdict: 'unavailable' });
    expect(inner.asked).toHaveLength(0);
    expect(far.asked).toHaveLength(2);
  });

  it('gives up on an answer that begins and never ends', async () => {
    const far = await farEnd((response) => response.write('{"decision":'));
    expect(await webhookTo(far.url(), { timeoutMs: 200 }).ask(question)).toEqual({
      verdict: 'unavailable',
      reason: 'The approval webhook could not be asked: it did not answer in time',
    });
  });

  it('gives up on an answer that is too long, however valid', async () => {
    const far = await farEnd((response) =>
      response.end(JSON.stringify({ decision: 'APPROVE', padding: 'x'.repeat(70_000) })),
    );
    const { verdict, reason } = await webhookTo(far.url()).ask(question);
    expect([verdict, reason]).toEqual(['unavailable', expect.stringContaining('too long')]);
  });

  it('gives up when the connection breaks', async () => {
    const far = await farEnd((response) => response.socket?.destroy());
    expect(await webhookTo(far.url()).ask(question)).toMatchObject({ verdict: 'unavailable' });
    const { port } = far;
    await far.close();
    expect(await webhookTo(`http://127.0.0.1:${port}/`).ask(question)).toMatchObject({
      verdict: 'unavailable',
      reason: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('gives up on a body that is cut off', async () => {
    const far = await farEnd((response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"decision":"APPROVE"}', () => response.socket?.destroy());
    });
    expect(await webhookTo(far.url()).ask(question)).toMatchObject({ verdict: 'unavailable' });
  });

  it('signs time and body when there is a secret, and nothing without', async () => {
    const far = await farEnd();
    const secret = 'a-shared-secret';
    await webhookTo(far.url(), { secret: createSecretKey(secret, 'utf8') }).ask(question);
    await webhookTo(far.url()).ask(question);
    const [signed, unsigned] = far.asked;
    const mac = createHmac('sha256', secret).update(`1767600000.${signed?.body}`).digest('hex');
    expect(signed?.headers).toMatchObject({
      'x-keyledger-timestamp': '1767600000',
      'x-keyledger-signature': `v1=${mac}`,
    });
    expect(unsigned?.headers).not.toHaveProperty('x-keyledger-signature');
  });

  describe('the addresses that it calls', () => {
    const address = (host: string, family: 4 | 6 = 4) => ({ address: host, family });

    it('are public, unless the rule allows others', async () => {
      const far = await farEnd();
      expect(await webhookTo(far.url(), { allowPrivate: [] }).ask(question)).toEqual({
        verdict: 'unavailable',
        reason: 'The approval webhook could not be asked: its address is not allowed',
      });
      expect(far.asked).toHaveLength(0);
    });

    it('are checked behind a name', async () => {
      const far = await farEnd();
      const resolve = () => Promise.resolve([address('127.0.0.1')]);
      const ask = (allowPrivate: readonly string[]) =>
        webhookTo(far.url('policy.example.com'), { allowPrivate, resolve }).ask(question);
      expect(await ask([])).toMatchObject({ verdict: 'unavailable' });
      expect(far.asked).toHaveLength(0);
      expect(await ask(['127.0.0.0/8'])).toMatchObject({ verdict: 'approve' });
      expect(await ask(['POLICY.example.com'])).toMatchObject({ verdict: 'approve' });
      expect(far.asked.map(({ headers }) => headers.host)).toEqual(Array(2).fill(`policy.example.com:${far.port}`));
    });

    it('are forbidden as a whole when one of several is', async () => {
      const far = await farEnd();
      const resolve = () => Promise.resolve([address('127.0.0.1'), address('169.254.169.254')]);
      expect(await webhookTo(far.url('policy.example.com'), { resolve }).ask(question)).toMatchObject({
        reason: expect.stringContaining('not allowed'),
      });
    });

    it('are those that were checked: the name is resolved once for each question', async () => {
      const far = await farEnd();
      const answers = ['127.0.0.1', '169.254.169.254'];
      const resolved: string[] = [];
      const resolve = () => {
        const next = answers.shift() ?? '169.254.169.254';
        resolved.push(next);
        return Promise.resolve([address(next)]);
      };
      const webhook = webhookTo(far.url('policy.example.com'), { resolve });
      expect(await webhook.ask(question)).toMatchObject({ verdict: 'approve' });
      expect(resolved).toEqual(['127.0.0.1']);
      expect(await webhook.ask(question)).toMatchObject({ reason: expect.stringContaining('not allowed') });
      expect(far.asked).toHaveLength(1);
    });

    it('have to exist', async () => {
      const resolve = () => Promise.reject(Object.assign(new Error('no such host'), { code: 'ENOTFOUND' }));
      expect(await webhookTo('http://policy.example.com/', { resolve }).ask(question)).toEqual({
        verdict: 'unavailable',
        reason: 'The approval webhook could not be asked: it could not be reached (ENOTFOUND)',
      });
    });
  });
});
