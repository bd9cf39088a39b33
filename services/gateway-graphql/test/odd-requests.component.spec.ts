import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Harness, startGateway } from './gateway.harness.ts';

const SECRET = 'hunter2-in-a-body';

describe('requests that no browser sends', () => {
  let gateway: Harness;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.close());

  const connected = async () => {
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return socket;
  };

  /** The whole answer to a request as it is, byte for byte. */
  const answerTo = async (text: string): Promise<string> => {
    const socket = await connected();
    socket.end(text);
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString();
  };

  const hosts = ['a b', '[::1', 'a:b', '%', 'localhost:99999', 'a/b', 'x@y', 'a?b#c', 'a\\b'];

  it.each(hosts.flatMap((host) => [[host, '/graphql'] as const, [host, '/health'] as const]))(
    'are refused with the host %j, at %s',
    async (host, path) => {
      const answer = await answerTo(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      expect(answer).toContain('"code":"MALFORMED"');
      expect(answer).not.toMatch(/\bat .*\.(ts|js):\d/);
    },
  );

  it.each(['localhost', 'localhost:8000', '[::1]:8000', '192.0.2.1', 'keys.example.com:443', 'bücher.example'])(
    'are those with the host %j not',
    async (host) =>
      expect(await answerTo(`GET /health HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)).toMatch(
        /^HTTP\/1\.1 200 /,
      ),
  );

  it.each(['/graphql', '/api/request-key', '/claim/tok_0123456789abcdefghijklmnop', '/api/session'])(
    'and break off in the middle of a body leave no error behind, and nothing of the body: %s',
    async (path) => {
      const socket = await connected();
      const began = once(gateway.server, 'request') as Promise<[IncomingMessage, ServerResponse]>;
      socket.write(
        `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 3000\r\n\r\n` +
          `{"query":"${SECRET}`,
      );
      const [, response] = await began;
      const ended = once(response, 'close');
      socket.destroy();
      await ended;
      await gateway.fetch('/'); // whatever the first one leaves behind has had its turn
      expect(gateway.logged()).not.toMatch(/"level":"(error|warn)"|"stack"/);
      expect(gateway.logged()).not.toContain(SECRET);
    },
  );

  it.each(['/graphql', '/api/request-key'])('and are no JSON are neither repeated nor logged: %s', async (path) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await gateway.fetch(path, { method: 'POST', headers, body: `{"query": ${SECRET}` });
    expect(answer.status).toBe(400);
    expect(await answer.text()).not.toContain(SECRET);
    expect(gateway.logged()).not.toContain(SECRET);
  });
});
