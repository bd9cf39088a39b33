import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { addressGuard, ForbiddenAddress } from './address-guard.ts';
import { AnswerTooLong, guardedRequest, type GuardedRequest } from './guarded-request.ts';

const LOOPBACK = [{ address: '127.0.0.1', family: 4 }];

describe('a guarded request', () => {
  let server: Server;
  let heard: { readonly method: string; readonly url: string; readonly host: string; readonly body: string }[];
  let answering: (response: ServerResponse, request: IncomingMessage) => void;

  beforeEach(async () => {
    heard = [];
    answering = (response) => response.end('hello');
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        heard.push({ method, url, host: headers.host ?? '', body: Buffer.concat(chunks).toString() });
        answering(response, request);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });

  const port = () => (server.address() as AddressInfo).port;
  const urlOf = (host: string, path = '/a?b=c') => new URL(`http://${host}:${port()}${path}`);
  const send = (also: Partial<GuardedRequest> = {}, guard = addressGuard(['127.0.0.1'])) =>
    guardedRequest(guard, {
      url: urlOf('127.0.0.1'),
      method: 'GET',
      headers: { accept: 'text/plain' },
      signal: AbortSignal.timeout(5_000),
      maxAnswerBytes: 1_000,
      ...also,
    });

  it('answers with status, headers and body, whatever the status', async () => {
    answering = (response) => {
      response.writeHead(429, { 'Retry-After': '7', 'X-Many': ['a', 'b'] });
      response.end('slow down');
    };
    expect(await send({ method: 'POST', body: 'für' })).toMatchObject({
      status: 429,
      headers: { 'retry-after': '7', 'x-many': 'a, b' },
      body: 'slow down',
    });
    expect(heard).toMatchObject([{ method: 'POST', url: '/a?b=c', body: 'für' }]);
  });

  it('is not sent to an address that is not public, by number or by name', async () => {
    await expect(send({}, addressGuard([]))).rejects.toThrow(ForbiddenAddress);
    const behindName = addressGuard([], () => Promise.resolve(LOOPBACK));
    await expect(send({ url: urlOf('api.example.com') }, behindName)).rejects.toThrow(ForbiddenAddress);
    expect(heard).toEqual([]);
  });

  it('connects to what was checked: the name is resolved once', async () => {
    const answers = [LOOPBACK, [{ address: '169.254.169.254', family: 4 }]];
    let asked = 0;
    const guard = addressGuard(['127.0.0.0/8'], () => Promise.resolve(answers[asked++] ?? []));
    expect(await send({ url: urlOf('api.example.com') }, guard)).toMatchObject({ status: 200 });
    expect([asked, heard[0]?.host]).toEqual([1, `api.example.com:${port()}`]);
  });

  it('does not follow a redirect', async () => {
    answering = (response) => response.writeHead(307, { location: urlOf('127.0.0.1', '/inner').href }).end();
    expect(await send()).toMatchObject({ status: 307 });
    expect(heard).toHaveLength(1);
  });

  it('reads no more than it may', async () => {
    answering = (response) => response.end('x'.repeat(1_001));
    await expect(send()).rejects.toThrow(AnswerTooLong);
  });

  it('ends with its signal, also within an answer', async () => {
    const ending = new AbortController();
    answering = (response) => response.write('a', () => ending.abort());
    await expect(send({ signal: ending.signal })).rejects.toThrow();
  });

  it('fails when the answer breaks off', async () => {
    answering = (response, request) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('a', () => request.socket.destroy());
    };
    await expect(send()).rejects.toThrow();
  });
});
