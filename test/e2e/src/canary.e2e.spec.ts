import { connect, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { type Collector, startCollector } from './collector.ts';
import { keepSecrets } from './kept-secrets.ts';
import { linkIn, mailTo, openLink, type OpenedKey, untilStatus } from './requester.ts';
import { type Place, placesOf } from './search.ts';
import { startSystem, type System } from './system.ts';

jest.setTimeout(240_000);

const MODEL = 'llama-3.1-8b';

/** Every file below a directory. */
const filesBelow = async (directory: string): Promise<Place[]> => {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return Promise.all(files.map(async (file) => ({ name: file, bytes: await readFile(file) })));
};

/** Every row of every table that the product made, as text. */
const rowsOf = async (url: string): Promise<Place[]> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname !~ '^(pg_|information_schema)'`,
    );
    const places: Place[] = [];
    for (const { name } of tables) {
      const { rows } = await client.query<{ row: string }>(`select t::text as row from ${name} t`);
      places.push({ name, bytes: Buffer.from(rows.map(({ row }) => row).join('\n')) });
    }
    return places;
  } finally {
    await client.end();
  }
};

/** What other users of the machine can see of our processes. */
const commandLines = async (system: System): Promise<Place[]> => {
  const pids = system.stack.names.flatMap((name) => system.stack.pidOf(name) ?? []);
  return Promise.all(
    pids.map(async (pid) => ({ name: `command line of ${pid}`, bytes: await readFile(`/proc/${pid}/cmdline`) })),
  );
};

describe('a key in a whole run', () => {
  let system: System;
  let collector: Collector;
  let nats: NatsConnection;
  let requestId: string;
  let secrets: readonly string[];
  const links: string[] = [];
  const traffic: Buffer[] = [];
  const answers: string[] = [];
  let places: readonly Place[];

  const opens = async (link: string, code: string): Promise<Partial<OpenedKey>> => {
    const text = await (await openLink(system, link, code)).text();
    if (!text.includes('"key"')) answers.push(text);
    return JSON.parse(text) as Partial<OpenedKey>;
  };

  const issueOne = async (email: string): Promise<string> => {
    const submitted = await system.gateway.requestKey({ modelId: MODEL, email });
    requestId = submitted.requestId;
    const link = linkIn(await mailTo(system, email, /claim/));
    links.push(link);
    await opens(link, 'WRONG-CODE');
    const { key = '' } = await opens(link, submitted.claimCode ?? '');
    await opens(link, submitted.claimCode ?? '');
    await untilStatus(system, requestId, 'FULFILLED');
    return key;
  };

  beforeAll(async () => {
    collector = await startCollector();
    system = await startSystem({
      environment: {
        LOG_LEVEL: 'debug',
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        OTEL_BSP_SCHEDULE_DELAY: '200',
      },
    });
    nats = await connect({
      servers: system.stack.natsUrl,
      user: 'admin',
      pass: system.stack.secrets.natsPasswords.admin.value,
    });
    nats.subscribe('>', {
      callback: (_error, message) => {
        traffic.push(Buffer.from(`${message.subject} ${message.headers ?? ''} `), Buffer.from(message.data));
      },
    });
    await nats.flush();
    system.litellm.faults.add({ do: 'error-500', on: '/key/generate' });
    const keys = [await issueOne('canary@example.com')];
    system.litellm.faults.add({ do: 'drop-after-commit', on: '/key/generate' });
    keys.push(await issueOne('canary-2@example.com'));
    const { litellmMasterKey, secretKey } = system.stack.secrets;
    const kept = await keepSecrets(system);
    answers.push(...kept.answers);
    secrets = [...keys, ...kept.canaries, litellmMasterKey.value, secretKey.value];
    const query =
      '{ keyRequests(first: 10) { edges { node { lease { mask failure { message } } } } } auditEvents(first: 200) { edges { node { data } } } }';
    answers.push(JSON.stringify(await system.gateway.graphqlAnswer(query, {}, system.gateway.administrator)));
    for (const answer of ['/health', '/api/admin/requests?filter=all', '/api/audit/export', '/metrics'])
      answers.push(await (await system.gateway.fetch(answer, { headers: system.gateway.administrator })).text());
    const rows = await rowsOf(system.stack.postgresUrl);
    const processes = await commandLines(system);
    await nats.drain();
    await system.stack.stop();
    const { postgres, nats: natsDirectory } = system.stack.data;
    places = [
      ...rows,
      ...processes,
      ...(await filesBelow(postgres)),
      ...(await filesBelow(natsDirectory)),
      { name: 'NATS traffic', bytes: Buffer.concat(traffic) },
      { name: 'logs', bytes: Buffer.from(system.output.join('\n')) },
      { name: 'telemetry', bytes: Buffer.concat(collector.bodies) },
      { name: 'answers', bytes: Buffer.from(answers.join('\n')) },
      { name: 'mails', bytes: Buffer.from(JSON.stringify(system.mailbox.messages())) },
    ];
  });

  afterAll(async () => {
    await system?.stop();
    await collector?.stop();
  });

  it('is looked for where things are: the id of its request is found in each kind of place', () => {
    const found = placesOf(requestId, places);
    expect(found).toEqual(
      expect.arrayContaining(['NATS traffic', 'logs', 'answers', 'event_store.events', 'audit.audit_log']),
    );
    expect(found.some((name) => name.includes('/pg_wal/'))).toBe(true);
    expect(found.some((name) => name.includes('/jetstream/'))).toBe(true);
    expect(placesOf('keyledger', places)).toContain('telemetry');
    expect(placesOf('services/vault/src/main.ts', places).some((name) => name.startsWith('command line'))).toBe(true);
  });

  it('is really a key', () => {
    expect(secrets).toHaveLength(8);
    for (const secret of secrets) expect(secret.length).toBeGreaterThan(20);
    expect(system.litellm.ledger()).toHaveLength(2);
  });

  it('is found nowhere, in no form', () => {
    expect(secrets.map((secret) => placesOf(secret, places))).toEqual(secrets.map(() => []));
  });

  it('has a link whose address is in no log and no telemetry', () => {
    expect(links).toHaveLength(2);
    const observed = places.filter(({ name }) => ['logs', 'telemetry'].includes(name));
    expect(links.map((link) => placesOf(link.replace('/claim/', ''), observed))).toEqual([[], []]);
  });

  it('travels within one trace through all services and JetStream', () => {
    const spans = collector.spans();
    const traceIds = new Set(spans.filter(({ service }) => service.includes('delivery')).map(({ traceId }) => traceId));
    const servicesOf = (traceId: string): string[] => [
      ...new Set(spans.filter((span) => span.traceId === traceId).map(({ service }) => service)),
    ];
    const whole = [...traceIds].map(servicesOf).filter((services) => services.length >= 4);
    expect(whole.map((services) => services.join(' ')).join('\n')).toMatch(/gateway/);
    for (const service of ['gateway', 'approval', 'vault', 'delivery']) {
      expect(whole.some((services) => services.some((name) => name.includes(service)))).toBe(true);
    }
  });
});
