import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SecretBytes } from '@keyledger/secrets';
import type { IssuerAnswer } from '../http/issuer-http.ts';
import { litellmClient } from './litellm.client.ts';
import type { LiteLlmError } from './litellm.errors.ts';

const KEY = 'sk-administrative-key-0123456789';

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

/** Something at LiteLLM's address that answers whatever `respond` says. */
const listen = async (
  respond: (response: ServerResponse, request: { url?: string | undefined }) => void,
): Promise<string> => {
  server = createServer((request, response) => respond(response, request));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const ask = async (baseUrl: string, timeoutMs = 2_000): Promise<IssuerAnswer<LiteLlmError>> =>
  litellmClient({ baseUrl, apiKey: SecretBytes.fromText(KEY), timeoutMs, changedBy: 'keyledger' })({
    method: 'GET',
    path: '/key/info',
    query: { key: 'abc' },
  });

const answering = (status: number, body: string, headers: Record<string, string> = {}) =>
  listen((response) => response.writeHead(status, headers).end(body));

describe('a transient fault of LiteLLM', () => {
  it.each<[string, number, string]>([
    ['an error of the server', 500, '{"error":{"message":"Internal Server Error.","type":"internal_server_error"}}'],
    ['a gateway without backend', 502, '<html>Bad Gateway</html>'],
    ['a time-out on its side', 408, ''],
    ['success with a page', 200, '<html>Welcome</html>'],
    ['success without a body', 200, ''],
    ['no with a page', 403, '<html>Forbidden</html>'],
    ['the 404 of something else', 404, '{"detail":"Not Found"}'],
    ['the 404 of a web server', 404, '<html>Not Found</html>'],
    [
      'no database',
      400,
      '{"error":{"message":"No connected db.","type":"no_db_connection","param":"None","code":"400"}}',
    ],
  ])('is %s', async (_what, status, body) => {
    await expect(ask(await answering(status, body))).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('is a redirect, which is not followed: the key would go with it', async () => {
    const asked: (string | undefined)[] = [];
    const url = await listen((response, request) => {
      asked.push(request.url);
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    await expect(ask(url)).rejects.toMatchObject({ code: 'unavailable', message: 'LiteLLM answered with status 307' });
    expect(asked).toEqual(['/key/info?key=abc']);
  });

  it('is an answer that is too long, of which the rest is not received', async () => {
    const url = await listen((response) => {
      response.writeHead(200);
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(1 << 20, 'x')));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    await expect(ask(url, 10_000)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('an answer of more than'),
    });
  });

  it('is silence', async () => {
    await expect(ask(await listen(() => undefined), 100)).rejects.toMatchObject({
      code: 'unavailable',
      message: 'LiteLLM cannot be reached: no answer in time',
    });
  });

  it('is an answer that never ends', async () => {
    const url = await listen((response) => {
      response.writeHead(200).write('{');
    });
    await expect(ask(url, 100)).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('is a connection that breaks', async () => {
    const url = await listen((response) => response.destroy());
    await expect(ask(url)).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('is nobody at the address', async () => {
    const url = await answering(200, '{}');
    server?.close();
    await expect(ask(url)).rejects.toMatchObject({ message: 'LiteLLM cannot be reached: ECONNREFUSED' });
  });

  it.each<[string, number | undefined]>([
    ['7', 7_000],
    ['0.2', 1_000],
    ['1e20', undefined],
    ['-5', 0],
    ['99999999999999999999', 86_400_000],
    ['Sat, 21 Nov 2020 08:00:00 GMT', 0],
    ['soon', undefined],
  ])('is a rate limit, with the time after which to come back: %s', async (retryAfter, retryAfterMs) => {
    const url = await answering(429, '{}', { 'retry-after': retryAfter });
    await expect(ask(url)).rejects.toMatchObject({ code: 'rate-limited', retryAfterMs });
  });

  it.each([400, 429])(
    'is not a budget that is used up, answered with %d: slowing down does not help',
    async (status) => {
      const error = {
        message: 'Budget has been exceeded!',
        type: 'budget_exceeded',
        param: null,
        code: String(status),
      };
      const answer = await ask(await answering(status, JSON.stringify({ error })));
      expect(answer).toMatchObject({ ok: false, refusal: { type: 'budget_exceeded' } });
    },
  );

  it('holds no key', async () => {
    const fault = await ask(await listen(() => undefined), 100).catch((error: unknown) => error as Error);
    expect(JSON.stringify(fault) + String(fault)).not.toContain(KEY);
  });
});

describe('a no of LiteLLM', () => {
  it.each<[string, number, unknown, unknown]>([
    [
      'in its own envelope',
      400,
      {
        error: {
          message: "Key with alias 'a' already exists.",
          type: 'bad_request_error',
          param: 'key_alias',
          code: '400',
        },
      },
      { status: 400, type: 'bad_request_error', param: 'key_alias', message: "Key with alias 'a' already exists." },
    ],
    [
      'as Python writes it',
      404,
      { error: { message: "{'error': 'No keys found'}", type: 'internal_server_error', param: 'None', code: '404' } },
      { status: 404, type: 'internal_server_error', param: 'None', message: "{'error': 'No keys found'}" },
    ],
    [
      'with nothing said',
      400,
      { error: { message: null, type: null, param: null, code: '400' } },
      { status: 400, type: '', param: '', message: '' },
    ],
    [
      'of the validation in front of it',
      422,
      { detail: [{ loc: ['body', 'duration'], msg: 'Field required', type: 'missing' }] },
      { status: 422, type: 'validation_error', param: 'duration', message: 'body.duration: Field required' },
    ],
    [
      'as a bare exception',
      403,
      { detail: { error: 'Not allowed by the custom hook' } },
      { status: 403, type: '', param: '', message: 'Not allowed by the custom hook' },
    ],
  ])('is read %s', async (_how, status, body, refusal) => {
    expect(await ask(await answering(status, JSON.stringify(body)))).toEqual({ ok: false, refusal });
  });

  it('loses the keys and hashes that LiteLLM echoes', async () => {
    const echo =
      'Key sk-Qm9vZ3VzS2V5Rm9yVGVzdHM not found, Key Hash (Token) =9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
    const answer = await ask(await answering(404, JSON.stringify({ error: { message: echo } })));
    expect(JSON.stringify(answer)).not.toMatch(/Qm9vZ3Vz|9f86d081/);
  });
});

describe('a call', () => {
  it('goes below the base address, with one way to prove who asks', async () => {
    const seen: Record<string, unknown>[] = [];
    server = createServer((request, response) => {
      seen.push({ url: request.url, ...request.headers });
      response.end('{}');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    await ask(`http://127.0.0.1:${(server.address() as AddressInfo).port}/llm/`);
    expect(seen).toMatchObject([
      { url: '/llm/key/info?key=abc', authorization: `Bearer ${KEY}`, 'litellm-changed-by': 'keyledger' },
    ]);
    expect(Object.keys(seen[0]!).filter((name) => /api-key|goog/.test(name))).toEqual([]);
  });
});
