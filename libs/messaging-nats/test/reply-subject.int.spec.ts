import { newId } from '@keyledger/event-sourcing';
import { defineQuery, eventSubject, type Principal } from '@keyledger/messaging';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { ensureStreams, managerOf } from '../src/events/streams.ts';
import { joseSigner } from '../src/principal/jose-signer.ts';
import { joseVerifier } from '../src/principal/jose-verifier.ts';
import { generatePrincipalKeys, type PrincipalKeys } from '../src/principal/key-files.ts';
import { writeRequestHeaders } from '../src/request-reply/request-headers.ts';
import { startMessageApp } from './message-app.ts';
import { NatsFixture } from './nats.fixture.ts';
import { recordingLogger } from './recording-logger.ts';

const ListKeyRequests = defineQuery('approval', 'ListKeyRequests', z.strictObject({}), z.object({ total: z.int() }));

/** Lets itself be emptied: what a request to the server can do here would be seen. */
const OTHER = 'OTHER';

describe('a request that names as its reply subject what its sender may not publish to', () => {
  let nats: NatsFixture;
  let keys: PrincipalKeys;
  let gateway: NatsConnection;
  let admin: NatsConnection;
  let handled = 0;
  const logger = recordingLogger();
  const apps: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    nats = await NatsFixture.start();
    keys = await generatePrincipalKeys();
    [admin, gateway] = [await nats.connect('admin'), await nats.connect('gateway')];
    await ensureStreams(admin);
    const handler = () => {
      handled += 1;
      return Promise.resolve({ total: 0 });
    };
    const connection = await nats.connect('approval-desk');
    apps.push(
      await startMessageApp(ListKeyRequests, handler, {
        connection,
        verifier: joseVerifier({ trust: keys.trust }),
        logger,
      }),
    );
  });
  afterAll(async () => {
    await Promise.all(apps.map((app) => app.close()));
    await nats.stop();
  });

  const headers = async () => {
    const messageId = newId();
    const principal: Principal = { kind: 'user', id: 'ada', roles: ['admin'], proof: 'basic' };
    const token = await joseSigner({ service: 'gateway', jwk: keys.signing.gateway }).sign(principal, {
      subject: ListKeyRequests.subject,
      messageId,
      body: {},
    });
    const ids = { messageId, correlationId: newId(), causationId: newId(), timeoutMs: 5_000 };
    return writeRequestHeaders({ ...ids, token, traceparent: undefined });
  };

  /** Resolves when approval is done with it: a good request that follows is answered later. */
  const ask = async (reply: string): Promise<void> => {
    gateway.publish(ListKeyRequests.subject, '{}', { reply, headers: await headers() });
    const answer = await gateway.request(ListKeyRequests.subject, '{}', { headers: await headers(), timeout: 5_000 });
    expect(answer.json()).toEqual({ reply: { total: 0 } });
  };

  it('of JetStream makes approval call nothing there', async () => {
    const manager = await managerOf(admin);
    await manager.streams.add({ name: OTHER, subjects: ['other'] });
    await admin.request('other', 'kept');
    await ask(`$JS.API.STREAM.PURGE.${OTHER}`);
    expect((await manager.streams.info(OTHER)).state.messages).toBe(1);
  });

  it.each([
    ['an event of approval', eventSubject('approval', 'keyRequest', 'KeyRequestApproved')],
    ['a dead letter of approval', 'keyledger.approval.deadletter.some-reactor.1'],
  ])('of %s makes approval publish none', async (_, subject) => {
    const before = handled;
    await ask(subject);
    const { events, deadLetters } = await ensureStreams(admin);
    expect([events.state.messages, deadLetters.state.messages]).toEqual([0, 0]);
    expect(handled - before).toBe(1);
    expect(logger.lines.at(-1)).toMatchObject({ level: 'warn', text: expect.stringContaining('was dropped') });
  });

  it('is not what the server would have stopped: the answer goes wherever the request says', async () => {
    const heard = new Promise<string>((resolve) => {
      admin.subscribe('anywhere.else', { callback: (_error, message) => resolve(message.string()), max: 1 });
    });
    await admin.flush();
    const connection = await nats.connect('vault-desk');
    connection.subscribe('keyledger.vault.query.GetLease', {
      callback: (_error, message) => void message.respond('an answer'),
    });
    await connection.flush();
    gateway.publish('keyledger.vault.query.GetLease', '{}', { reply: 'anywhere.else' });
    expect(await heard).toBe('an answer');
  });
});
