import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import pg from 'pg';
import { newId } from '@keyledger/event-sourcing';
import { applicationPrincipal } from '@keyledger/messaging';
import { createLogger } from '@keyledger/telemetry';
import { ProviderServer } from './provider-server.ts';
import { addDatabase, disguisesOf, Haystack } from './haystack.ts';
import {
  admin,
  asking,
  delivery as deliveryService,
  newRecipient,
  revealKey,
  submissionOf,
  type VaultClient,
} from './vault-client.ts';
import { PASSPHRASE, startVaultStack, type VaultStack } from './vault-stack.ts';

jest.setTimeout(90_000);

/** Owner whose orders LiteLLM refuses while it quotes the whole order, key included. */
const QUOTED = 'quoted@example.com';

/** Stands before LiteLLM, sees every key that the vault sends, and quotes some of them in its answers. */
class Quoting {
  readonly keys = new Set<string>();
  readonly #server: Server;
  target = '';

  constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        const order = body === '' ? {} : (JSON.parse(body) as { key?: string; user_id?: string });
        if (order.key !== undefined) this.keys.add(order.key);
        if (order.user_id === QUOTED) {
          const message = `Not welcome: key ${order.key}, ${request.headers.authorization}, ${body}`;
          response
            .writeHead(400)
            .end(JSON.stringify({ error: { message, type: 'bad_request_error', param: order.key } }));
          return;
        }
        void this.#forward(request.method ?? 'GET', request.url ?? '/', request.headers.authorization ?? '', body).then(
          async (answer) => response.writeHead(answer.status).end(await answer.text()),
          () => response.destroy(),
        );
      });
    });
  }

  async open(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #forward(method: string, path: string, authorization: string, body: string): Promise<Response> {
    const headers = { authorization, 'content-type': 'application/json' };
    return fetch(`${this.target}${path}`, { method, headers, ...(body === '' ? {} : { body }) });
  }
}

/** An application obtains what it is granted, and is refused it afterwards. */
const checkOut = async (
  gateway: VaultClient,
  secretId: string,
  note: <Reply>(reply: Reply) => Reply,
): Promise<void> => {
  const serviceTokenId = newId();
  const reveal = async () => {
    const wish = { secretId, grantId: newId(), purpose: 'checkout' as const, recipientKey: newRecipient().publicKey };
    return note(await gateway.RevealSecret(wish, asking(applicationPrincipal(serviceTokenId)))).outcome;
  };
  note(await gateway.GrantCheckout({ secretId, serviceTokenId }, asking(admin)));
  expect(await reveal()).toBe('accepted');
  note(await gateway.RevokeCheckoutGrant({ secretId, serviceTokenId }, asking(admin)));
  expect(await reveal()).toBe('refused');
};

/** Every way that a value can go which somebody hands in: sealed, replaced, refused, revealed, shredded. */
const handIn = async (gateway: VaultClient, values: readonly string[], haystack: Haystack): Promise<void> => {
  const note = <Reply>(reply: Reply): Reply => {
    haystack.add('reply', JSON.stringify(reply));
    return reply;
  };
  const [first = '', second = '', quoted = '', failed = ''] = values;
  const submit = (value: string) => submissionOf(gateway, value);
  const seal = async (submission: string) =>
    note(await gateway.SealSecret({ label: 'Canary', submission }, asking(admin)));
  const reply = await seal(await submit(first));
  if (reply.outcome === 'refused') throw new Error(reply.message);
  const { secretId } = reply.result;
  await seal(await submit(`"${quoted}"`));
  await seal(await submit(` ${quoted}`));
  await seal(await submissionOf(gateway, failed, { ...admin, id: 'somebody-else' }));
  note(await gateway.ReplaceSecret({ secretId, submission: await submit(second) }, asking(admin)));
  note(await gateway.RestoreSecret({ secretId, version: 1 }, asking(admin)));
  const wish = { secretId, grantId: newId(), purpose: 'break-glass' as const, reason: 'To see where it can be found' };
  const recipient = newRecipient();
  const revealed = await gateway.RevealSecret({ ...wish, recipientKey: recipient.publicKey }, asking(admin));
  if (revealed.outcome === 'refused') throw new Error(revealed.message);
  expect(await recipient.open(note(revealed).result.jwe)).toBe(first);
  note(await gateway.RevealSecret({ ...wish, recipientKey: newRecipient().publicKey }, asking(admin)));
  note(await gateway.RotateSubmissionKey({}, asking(admin)));
  await checkOut(gateway, secretId, note);
  note(await gateway.RotateMasterKey({}, asking(admin)));
  note(await gateway.GetSecret({ secretId }, asking(admin)));
  note(await gateway.ShredSecret({ secretId, scope: 'whole' }, asking(admin)));
};

/** Every way that a key under test can go: accepted, blamed while the provider quotes it, unanswered, refused. */
const tryOut = async (
  gateway: VaultClient,
  server: ProviderServer,
  [good = '', quoted = '', refused = '', kept = '']: readonly string[],
  haystack: Haystack,
): Promise<void> => {
  const test = async (value: string, baseUrl = server.addressOf('openai')): Promise<void> => {
    const submission = await submissionOf(gateway, value);
    const input = { provider: 'openai', baseUrl, model: 'm', submission };
    haystack.add('reply', JSON.stringify(await gateway.TestKey(input, asking(admin))));
  };
  const openai = server.of('openai');
  openai.keys.set(good, 'good');
  await test(good);
  const message = `No: ${quoted}, ${Buffer.from(quoted).toString('base64')}, ${quoted.slice(0, 30)}`;
  openai.next.push({ status: 401, headers: { 'retry-after': quoted }, body: { error: { message, type: quoted } } });
  await test(quoted);
  openai.next.push({ status: 400, body: `Bad Bearer ${quoted}` });
  await test(quoted);
  await test(quoted, 'https://127.0.0.2:1/v1');
  await test(`"${refused}"`);
  const connection = { provider: 'openai', baseUrl: server.addressOf('openai') };
  const submission = await submissionOf(gateway, kept);
  const reply = await gateway.SealSecret({ label: 'Kept', connection, submission }, asking(admin));
  if (reply.outcome === 'refused') throw new Error(reply.message);
  const { secretId } = reply.result;
  openai.next.push({ status: 403, body: { error: { message: `${kept} may not`, type: kept } } });
  haystack.add('reply', JSON.stringify(await gateway.TestSecret({ secretId }, asking(admin))));
  haystack.add('reply', JSON.stringify(await gateway.GetSecret({ secretId }, asking(admin))));
  expect(openai.heard.at(-1)?.headers['authorization']).toBe(`Bearer ${kept}`);
  openai.next.push({ status: 402, body: { error: { message: `No money for ${kept}` } } });
  const started = await gateway.TestSecrets({ secretIds: [secretId] }, asking(admin));
  if (started.outcome === 'refused') throw new Error(started.message);
  const { runId } = started.result;
  const ask = () => gateway.GetTestRun({ runId }, asking(admin));
  let run = await ask();
  while (run?.status !== 'completed') run = await ask();
  expect(run.results[0]?.test?.outcome).toBe('billing');
  haystack.add('reply', JSON.stringify([started, run]));
  expect(openai.heard.map(({ headers }) => headers['authorization'])).toContain(`Bearer ${quoted}`);
};

describe('a key', () => {
  const tried = Array.from({ length: 4 }, () => `sk-${randomBytes(32).toString('base64url')}`);
  /** Written differently by JSON and in addresses, unlike keys. */
  const handedIn = Array.from({ length: 4 }, () => `sk-${randomBytes(32).toString('base64')}/+"\\%ü`);
  const haystack = new Haystack();
  const quoting = new Quoting();
  let stack: VaultStack;
  let witness: NatsConnection;
  let delivery: VaultClient;
  const published: string[] = [];

  const addStreams = async (): Promise<void> => {
    const manager = await jetstreamManager(witness);
    for await (const { config, state } of manager.streams.list()) {
      for (let seq = Math.max(1, state.first_seq); seq <= state.last_seq; seq += 1) {
        const message = await manager.streams.getMessage(config.name, { seq });
        haystack.add(
          `stream ${config.name}`,
          `${message?.subject} ${message?.string()} ${[...(message?.header ?? [])].join(' ')}`,
        );
      }
    }
  };

  beforeAll(async () => {
    const logs = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        haystack.add('log', chunk.toString());
        done();
      },
    });
    const logger = createLogger({ service: 'vault', level: 'trace', destination: logs });
    stack = await startVaultStack({
      env: { LITELLM_BASE_URL: await quoting.open(), CONNECTION_TEST_ALLOW_PRIVATE: '127.0.0.1' },
      logger,
    });
    quoting.target = stack.litellm.url;
    witness = await stack.connect('admin');
    witness.subscribe('>', {
      callback: (_error, message) => {
        const headers = [...(message.headers ?? [])].map(([name, values]) => `${name}: ${values.join(',')}`).join('\n');
        haystack.add('NATS', `${message.subject}\n${headers}\n${message.string()}`);
      },
    });
    await witness.flush();
    await stack.startReplica();
    delivery = await stack.clientOf('delivery');

    // Every way that a key can go: issued, after a lost answer, refused, quoted back, revealed, refused to be revealed.
    const good = await stack.approve();
    await stack.heard.until(good.leaseId, 'LeaseIssued');
    stack.litellm.faults.add({ do: 'drop-after-commit', on: '/key/generate' });
    const lost = await stack.approve();
    await stack.heard.until(lost.leaseId, 'LeaseIssued');
    stack.litellm.faults.add({ do: 'refuse-alias', on: '/key/generate' });
    const refused = await stack.approve();
    await stack.heard.until(refused.leaseId, 'LeaseIssueFailed');
    const quoted = await stack.approve({ email: QUOTED });
    published.push(JSON.stringify(await stack.heard.until(quoted.leaseId, 'LeaseIssueFailed')));
    for (const { leaseId } of [good, lost]) quoting.keys.add(await revealKey(delivery, leaseId));
    const denied = { leaseId: quoted.leaseId, grantId: good.requestId, purpose: 'delivery' as const };
    const reply = await delivery.RevealLease(
      { ...denied, recipientKey: newRecipient().publicKey },
      asking(deliveryService),
    );
    haystack.add('reply', JSON.stringify(reply));
    const gateway = await stack.clientOf('gateway');
    for (const { leaseId } of [good, lost, refused, quoted])
      haystack.add('reply', JSON.stringify(await gateway.GetLease({ leaseId }, asking(admin))));
    await handIn(gateway, handedIn, haystack);
    await using server = await ProviderServer.open();
    await tryOut(gateway, server, tried, haystack);
    await stack.stopReplicas();
    await addStreams();
    await addDatabase(haystack, stack.database.adminUrl);
  });

  afterAll(async () => {
    await stack.close();
    quoting.close();
  });

  it('is looked for in every place where it could be', () => {
    expect(quoting.keys.size).toBe(4);
    expect(haystack.places).toEqual(
      expect.arrayContaining([
        'log',
        'NATS',
        'reply',
        'stream KEYLEDGER_EVENTS',
        'table event_store.events',
        'table vault.key_ring',
        'table vault.leases',
        'table vault.secrets',
      ]),
    );
    expect(haystack.find('LeaseIssued').length).toBeGreaterThan(0);
    expect(haystack.find('RevealLease')).toContain('NATS: plain');
    expect(haystack.find('SecretShredded').length).toBeGreaterThan(0);
    expect(haystack.find('SealSecret')).toContain('NATS: plain');
  });

  it('is nowhere but at the issuer and with its recipient', () => {
    for (const key of quoting.keys) expect(haystack.find(key)).toEqual([]);
  });

  it('that was handed in is nowhere, whether it was taken or refused', () => {
    for (const value of handedIn) expect(haystack.find(value)).toEqual([]);
  });

  it('that was tested is nowhere, whatever its provider said of it', () => {
    for (const value of tried) expect(haystack.find(value)).toEqual([]);
    expect(haystack.find('A key was tested')).toContain('log: plain');
    expect(haystack.find('TestKey')).toContain('NATS: plain');
    expect(haystack.find('SecretTested')).toContain('table event_store.events: plain');
  });

  it('is not known anywhere either in the form of the passphrase or of the administrative key', () => {
    for (const secret of [PASSPHRASE, stack.litellm.masterKey]) expect(haystack.find(secret)).toEqual([]);
  });

  it('is taken out of what LiteLLM quotes, and the reason stays', () => {
    expect(published[0]).toContain('LiteLLM refused (400)');
    expect(published[0]).toContain('Not welcome');
  });

  describe('would have been found', () => {
    const planted = `sk-${randomBytes(32).toString('base64url')}`;

    it.each([...disguisesOf(planted)])('written as %s', (disguise, text) => {
      const hay = new Haystack();
      hay.add('place', `before${text}after`);
      expect(hay.find(planted)).toContain(`place: ${disguise}`);
    });

    it.each([0, 1, 2])('in base64 of something longer, at offset %d', (offset) => {
      const hay = new Haystack();
      hay.add('place', Buffer.from(`${'x'.repeat(offset + 3)}${planted}${'y'.repeat(5)}`).toString('base64'));
      expect(hay.find(planted).join()).toContain('base64');
    });

    it('in a table, as text and as bytes', async () => {
      const client = new pg.Client({ connectionString: stack.database.adminUrl });
      await client.connect();
      await client.query('create table public.planted (text text, bytes bytea)');
      await client.query('insert into public.planted values ($1, null), (null, $2)', [planted, Buffer.from(planted)]);
      await client.end();
      const hay = new Haystack();
      await addDatabase(hay, stack.database.adminUrl);
      expect(hay.find(planted)).toEqual(
        expect.arrayContaining(['table public.planted: plain', 'table public.planted: hex']),
      );
    });
  });
});
