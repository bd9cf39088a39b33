import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { text } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { testPostgres } from '@keyledger/testing';

jest.setTimeout(30_000);

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** What was sent to the collector, by path. */
const received = new Map<string, string>();

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  return (request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString('latin1');
};

const collector = createServer((request, response) => {
  void bodyOf(request).then((body) => {
    received.set(request.url ?? '', (received.get(request.url ?? '') ?? '') + body);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
});

beforeAll(() => new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise((resolve) => collector.close(resolve).closeAllConnections()));

/** Runs the sample process with the given variables; answers with what it wrote. */
const runSample = async (
  env: Record<string, string>,
  app = 'traced-app.ts',
): Promise<{ traceparent: string; logs: string }> => {
  received.clear();
  const child = spawn(
    process.execPath,
    [
      '--conditions=@keyledger/source',
      '--import',
      here('../register.mjs'),
      '--import',
      here('../../../tools/swc-register.mjs'),
      here(app),
    ],
    { env: { PATH: process.env['PATH'], ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const [logs, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { traceparent: errors.trim(), logs };
};

const endpoint = (): string => `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;

const records = (logs: string): Record<string, unknown>[] =>
  logs
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('a process that was started with register.mjs', () => {
  it('sends nothing while no address is set, and keeps the trace all the same', async () => {
    const { traceparent, logs } = await runSample({});
    expect(traceparent).toBe(`00-${TRACE_ID}-b7ad6b7169203331-01`);
    expect(records(logs)).toEqual([expect.objectContaining({ msg: 'outer page', traceId: TRACE_ID })]);
    expect(received.size).toBe(0);
  });

  it.each(['http/json', 'http/protobuf'])('sends traces, metrics and logs by %s', async (protocol) => {
    const { traceparent } = await runSample({
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint(),
      OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
    });
    expect(traceparent).toMatch(new RegExp(`^00-${TRACE_ID}-(?!b7ad6b7169203331)`));
    expect([...received.keys()].sort()).toEqual(['/v1/logs', '/v1/metrics', '/v1/traces']);
    expect(received.get('/v1/metrics')).toContain('sample.page.served');
    expect(received.get('/v1/logs')).toContain('outer page');
    expect(received.get('/v1/traces')).toContain('work');
  });

  it('keeps one trace through server, span and client, without probes and without secrets', async () => {
    await runSample({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint(), OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' });
    const { resourceSpans } = JSON.parse(received.get('/v1/traces') ?? '{}') as {
      resourceSpans: {
        scopeSpans: { spans: { name: string; traceId: string; parentSpanId: string; spanId: string }[] }[];
      }[];
    };
    const spans = resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
    const inTrace = spans.filter(({ traceId }) => traceId === TRACE_ID);
    expect(inTrace).toHaveLength(4); // outer server, work, client, inner server
    const depth = (span: (typeof spans)[number]): number => {
      const parent = inTrace.find(({ spanId }) => spanId === span.parentSpanId);
      return parent === undefined ? 0 : 1 + depth(parent);
    };
    expect(inTrace.map(depth).sort()).toEqual([0, 1, 2, 3]);
    expect(received.get('/v1/traces')).not.toContain('/health');
    expect([...received.values()].join('')).not.toContain('canary');
  });

  it('records statements of PostgreSQL without their values, and errors without what they quote', async () => {
    const postgres = await testPostgres();
    try {
      const env = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint(), OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' };
      await runSample({ ...env, DATABASE_URL: postgres.adminUrl }, 'traced-query.ts');
      expect(received.get('/v1/traces')).toContain('select $1::text');
      expect(received.get('/v1/traces')).toContain('select $1::int');
      expect([...received.values()].join('')).not.toContain('canary');
    } finally {
      await postgres.stop();
    }
  });

  it('sends only the signal that has an address', async () => {
    await runSample({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${endpoint()}/only-traces` });
    expect([...received.keys()]).toEqual(['/only-traces']);
  });
});
