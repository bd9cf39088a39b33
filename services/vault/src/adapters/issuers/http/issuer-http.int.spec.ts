import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SecretBytes } from '@keyledger/secrets';
import { newOrder } from '../../../application/ports/testing/issuer.subject.ts';
import { openAiIssuer } from '../openai/openai.issuer.ts';
import { openRouterIssuer } from '../openrouter/openrouter.issuer.ts';

const MADE = 'sk-or-v1-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef';
const ADMINISTRATIVE = 'sk-admin-QmF0dGVyeUhvcnNlU3RhcGxl';

let server: Server | undefined;
let asked: string[] = [];

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

const listen = async (status: number, body: string, headers: Record<string, string> = {}): Promise<string> => {
  asked = [];
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(status, headers).end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const connection = (baseUrl: string) => ({
  baseUrl,
  gatewayUrl: baseUrl,
  apiKey: SecretBytes.fromText(ADMINISTRATIVE),
  timeoutMs: 2_000,
  clock: () => new Date(),
});

describe.each([
  ['OpenRouter', (baseUrl: string) => openRouterIssuer({ name: 'openrouter', ...connection(baseUrl) })],
  ['OpenAI', (baseUrl: string) => openAiIssuer({ name: 'openai', projectId: 'proj_a', ...connection(baseUrl) })],
])('a call to %s', (_name, issuerAt) => {
  const faultAt = async (baseUrl: string): Promise<Error & { code?: string }> =>
    issuerAt(baseUrl)
      .keys.issue(newOrder('any'))
      .then(
        () => new Error('A key was made'),
        (error: unknown) => error as Error,
      );

  it.each<[string, number, string, Record<string, string>]>([
    ['an error of the server', 503, `{"error":{"code":503,"message":"${MADE}"}}`, {}],
    ['a key in a form that is not known', 201, `{"key":"${MADE}","value":"${MADE}"}`, {}],
    ['a page with a key in it', 200, `<html>${MADE}</html>`, {}],
    ['a refusal of something else', 403, `<html>${MADE}</html>`, {}],
    ['a redirect, which is not followed', 307, '', { location: '/elsewhere' }],
  ])('leaves the outcome unknown and tells no key after %s', async (_what, status, body, headers) => {
    const fault = await faultAt(await listen(status, body, headers));
    expect(fault.code).toBe('unavailable');
    expect(asked).toHaveLength(1);
    for (const key of [MADE, ADMINISTRATIVE]) expect(`${fault.message} ${fault.stack}`).not.toContain(key);
  });

  it('has the text of a refusal without the keys in it', async () => {
    const error = { code: 400, type: 'invalid_request_error', message: `Not ${MADE}, not ${ADMINISTRATIVE}` };
    const fault = await faultAt(await listen(400, JSON.stringify({ error })));
    expect(fault).toMatchObject({ name: 'IssuerRefused', reason: 'order-refused' });
    expect(fault.message).toContain('Not [redacted], not [redacted]');
  });

  it('is told when to come back', async () => {
    const url = await listen(429, '{}', { 'retry-after': '7' });
    expect(await faultAt(url)).toMatchObject({ code: 'rate-limited', retryAfterMs: 7_000 });
  });
});
