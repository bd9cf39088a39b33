import { isAppError } from '@keyledger/errors';
import { newId } from '@keyledger/event-sourcing';
import { defineQuery, type MessageContext, type RequestOptions } from '@keyledger/messaging';
import { type RequestHandler, requestReplyContract } from '@keyledger/messaging/testing';
import type { INestMicroservice } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { joseSigner } from '../src/principal/jose-signer.ts';
import { joseVerifier } from '../src/principal/jose-verifier.ts';
import { generatePrincipalKeys, type PrincipalKeys } from '../src/principal/key-files.ts';
import { natsRequestReply } from '../src/request-reply/nats-request-reply.ts';
import type { NatsServerOptions } from '../src/request-reply/nats-server.ts';
import { writeRequestHeaders } from '../src/request-reply/request-headers.ts';
import { startMessageApp } from './message-app.ts';
import { NatsFixture } from './nats.fixture.ts';
import { recordingLogger } from './recording-logger.ts';
import { waitUntil } from './wait-until.ts';

let nats: NatsFixture;
let keys: PrincipalKeys;

beforeAll(async () => {
  nats = await NatsFixture.start();
  keys = await generatePrincipalKeys();
});
afterAll(() => nats.stop());

const clientOf = async (user: 'admin' | 'gateway' = 'admin') =>
  natsRequestReply({
    connection: await nats.connect(user),
    signer: joseSigner({ service: 'gateway', jwk: keys.signing.gateway }),
  });

requestReplyContract('NATS', async () => {
  const apps: INestMicroservice[] = [];
  const connection = await nats.connect('vault-desk');
  const verifier = joseVerifier({ trust: keys.trust });
  return {
    requestReply: await clientOf(),
    handle: async (operation, handler) => {
      apps.push(await startMessageApp(operation, handler, { connection, verifier, logger: recordingLogger() }));
    },
    close: async () => {
      await Promise.all(apps.map((app) => app.close()));
    },
  };
});

describe('request/reply over NATS', () => {
  const Find = defineQuery('vault', 'Find', z.strictObject({ id: z.string() }), z.object({ by: z.string() }));
  const apps: INestMicroservice[] = [];
  afterEach(() => Promise.all(apps.splice(0).map((app) => app.close())));

  const serve = async (handler: RequestHandler<typeof Find>, more: Partial<NatsServerOptions> = {}) => {
    const logger = recordingLogger();
    const connection = await nats.connect('vault-desk');
    const verifier = joseVerifier({ trust: keys.trust });
    const app = await startMessageApp(Find, handler, { connection, verifier, logger, ...more });
    apps.push(app);
    return { app, logger, connection };
  };
  const options = (more: Partial<RequestOptions> = {}): RequestOptions => ({
    principal: { kind: 'user', id: 'ada', roles: ['member'], proof: 'session' },
    correlationId: newId(),
    causationId: newId(),
    ...more,
  });
  const codeOf = (request: Promise<unknown>): Promise<string> =>
    request.then(
      () => 'answered',
      (error: unknown) => (isAppError(error) ? error.code : String(error)),
    );

  it('shares requests among replicas, each answered once', async () => {
    await serve(async () => ({ by: 'first' }));
    await serve(async () => ({ by: 'second' }));
    const client = await clientOf();
    const replies = await Promise.all(Array.from({ length: 60 }, () => client.request(Find, { id: 'a' }, options())));
    const shares = ['first', 'second'].map((name) => replies.filter(({ by }) => by === name).length);
    expect(shares[0]).toBeGreaterThan(0);
    expect(shares[1]).toBeGreaterThan(0);
    expect((shares[0] ?? 0) + (shares[1] ?? 0)).toBe(60);
  });

  it('does not start a request whose time is over while it waits for its turn', async () => {
    const started: string[] = [];
    const busy = Promise.withResolvers<void>();
    const running = Promise.withResolvers<void>();
    let now = 0;
    const handler: RequestHandler<typeof Find> = async ({ id }) => {
      started.push(id);
      running.resolve();
      await busy.promise;
      return { by: id };
    };
    const { connection } = await serve(handler, { concurrency: 1, clock: () => new Date(now) });
    const client = await clientOf();
    const first = client.request(Find, { id: 'first' }, options());
    await running.promise;
    const before = connection.stats().inMsgs;
    const late = client.request(Find, { id: 'late' }, options({ timeoutMs: 1_000 }));
    await waitUntil(() => connection.stats().inMsgs > before);
    now = 1_000;
    busy.resolve();
    expect(await codeOf(late)).toBe('deadline-exceeded');
    expect(await first).toEqual({ by: 'first' });
    expect(await client.request(Find, { id: 'last' }, options())).toEqual({ by: 'last' });
    expect(started).toEqual(['first', 'last']);
  });

  it('lets no caller wait for longer than it can be answered', async () => {
    const deadlines: number[] = [];
    const now = Date.UTC(2026, 2, 1);
    const handler: RequestHandler<typeof Find> = async ({ id }, { deadlineAt }) => {
      deadlines.push(deadlineAt - now);
      return { by: id };
    };
    await serve(handler, { clock: () => new Date(now) });
    await (await clientOf()).request(Find, { id: 'a' }, options({ timeoutMs: 900_000_000 }));
    expect(deadlines).toEqual([120_000]);
  });

  it('logs a defect once, with the correlation id', async () => {
    const { logger } = await serve(() => Promise.reject(new Error('broken')));
    const asked = options();
    expect(await codeOf((await clientOf()).request(Find, { id: 'a' }, asked))).toBe('internal');
    const errors = logger.lines.filter(({ level }) => level === 'error');
    expect(errors).toHaveLength(1);
    expect(errors[0]?.fields).toMatchObject({ correlationId: asked.correlationId, subject: Find.subject });
  });

  it('begins a trace and passes it on to requests that a handler sends', async () => {
    const Deep = defineQuery('registry', 'Deep', z.strictObject({}), z.object({}));
    const connection = await nats.connect('registry-desk');
    const traces: (string | undefined)[] = [];
    const verifier = joseVerifier({ trust: keys.trust });
    const deep = async (_input: object, caller: MessageContext) => {
      traces.push(caller.traceparent);
      return {};
    };
    apps.push(await startMessageApp(Deep, deep, { connection, verifier, logger: recordingLogger() }));
    const client = await clientOf();
    await serve(async (_input, caller) => {
      traces.push(caller.traceparent);
      await client.request(Deep, {}, options());
      return { by: 'a' };
    });
    await client.request(Find, { id: 'a' }, options());
    await client.request(Find, { id: 'a' }, options());
    expect(traces[0]).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    const traceIds = traces.map((traceparent) => traceparent?.split('-')[1]);
    expect(traceIds[1]).toBe(traceIds[0]);
    expect(traceIds[3]).toBe(traceIds[2]);
    expect(traceIds[2]).not.toBe(traceIds[0]);
  });

  it('answers a message without the agreed headers, and one that is not JSON, with a fault', async () => {
    await serve(async () => ({ by: 'a' }));
    const connection = await nats.connect('admin');
    const bare = await connection.request(Find.subject, '{}');
    expect(bare.json()).toMatchObject({ fault: { code: 'malformed' } });
    const headers = writeRequestHeaders({
      messageId: newId(),
      correlationId: 'c',
      causationId: 'c',
      timeoutMs: 1000,
      token: undefined,
      traceparent: undefined,
    });
    const sent = { headers, timeout: 5_000 };
    expect((await connection.request(Find.subject, '{', sent)).json()).toMatchObject({
      fault: { code: 'malformed' },
    });
    expect((await connection.request(Find.subject, '{"id":"a"}', sent)).json()).toMatchObject({
      fault: { code: 'unauthenticated' },
    });
  });

  it('checks the principal before it looks at the input', async () => {
    const { connection } = await serve(async () => ({ by: 'a' }));
    const impostor = natsRequestReply({
      connection: await nats.connect('admin'),
      signer: { sign: async () => 'forged' },
    });
    expect(await codeOf(impostor.request(Find, { id: 'a' }, options()))).toBe('unauthenticated');
    expect(connection.isClosed()).toBe(false);
  });

  it('is forbidden to ask what the NATS user may not ask', async () => {
    await serve(async () => ({ by: 'a' }));
    expect(await codeOf((await clientOf('gateway')).request(Find, { id: 'a' }, options()))).toBe('forbidden');
  });

  it('refuses a message that is larger than the server takes', async () => {
    await serve(async () => ({ by: 'a' }));
    const client = await clientOf();
    expect(await codeOf(client.request(Find, { id: 'x'.repeat(1_100_000) }, options()))).toBe('malformed');
  });

  it('answers with a fault when the reply is larger than the server takes', async () => {
    const { logger } = await serve(async () => ({ by: 'x'.repeat(1_100_000) }));
    expect(await codeOf((await clientOf()).request(Find, { id: 'a' }, options()))).toBe('internal');
    expect(logger.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  it('is unavailable at once while the connection is lost, and works again when it is back', async () => {
    await serve(async () => ({ by: 'a' }));
    const client = await clientOf();
    await nats.kill();
    const ask = () => codeOf(client.request(Find, { id: 'a' }, options({ timeoutMs: 500 })));
    await waitUntil(async () => (await ask()) === 'unavailable');
    await nats.restart();
    await waitUntil(async () => (await ask()) === 'answered');
  });

  it('drains: finishes what runs and takes nothing new', async () => {
    const running = Promise.withResolvers<void>();
    const busy = Promise.withResolvers<void>();
    const { app } = await serve(async () => {
      running.resolve();
      await busy.promise;
      return { by: 'drained' };
    });
    apps.length = 0;
    const client = await clientOf();
    const reply = client.request(Find, { id: 'a' }, options());
    await running.promise;
    const closed = app.close();
    await waitUntil(
      async () => (await codeOf(client.request(Find, { id: 'b' }, options({ timeoutMs: 50 })))) === 'unavailable',
    );
    busy.resolve();
    await closed;
    expect(await reply).toEqual({ by: 'drained' });
  });
});
