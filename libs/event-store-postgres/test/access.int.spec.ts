import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { isAppError } from '@keyledger/errors';
import { type EventStore, newId, type StreamName, streamName } from '@keyledger/event-sourcing';
import { anEvent, idsOf, toArray } from '@keyledger/event-sourcing/testing';
import pg from 'pg';
import { PostgresEventStore } from '../src/index.ts';
import { failureOf, logDatabase, type LogDatabase } from './log-database.ts';

jest.setTimeout(30_000);

const FORBIDDEN = '42501';

describe('access to the log', () => {
  let log: LogDatabase;
  const pools = {} as Record<'vault' | 'approval' | 'audit', pg.Pool>;
  const stores = {} as Record<keyof typeof pools, EventStore>;
  let lease: StreamName;
  let keyRequest: StreamName;

  beforeAll(async () => {
    log = await logDatabase();
    for (const service of ['vault', 'approval', 'audit'] as const) {
      pools[service] = log.poolOf(service);
      stores[service] = new PostgresEventStore({ pool: pools[service] });
    }
  });

  beforeEach(async () => {
    lease = streamName('lease', newId());
    keyRequest = streamName('keyRequest', newId());
    await stores.vault.append(lease, [anEvent()], 'no-stream');
    await stores.approval.append(keyRequest, [anEvent()], 'no-stream');
  });

  afterAll(async () => {
    for (const store of Object.values(stores)) await store.close();
    await log.close();
  });

  const appendOf = (store: EventStore, stream: StreamName, count = 1): Promise<string> =>
    store
      .append(
        stream,
        Array.from({ length: count }, () => anEvent()),
        'no-stream',
      )
      .then(
        () => 'written',
        (error: unknown) => (isAppError(error) ? error.code : String(error)),
      );

  const streamsIn = async (store: EventStore): Promise<Set<string>> =>
    new Set((await toArray(store.readAll())).map(({ stream }) => stream));

  it.each([1, 3])('forbids an append of %i events to a category of another service', async (count) => {
    expect(await appendOf(stores.vault, streamName('keyRequest', newId()), count)).toBe('forbidden');
    expect(await appendOf(stores.approval, streamName('lease', newId()), count)).toBe('forbidden');
    expect(await appendOf(stores.vault, streamName('neverDeclared', newId()), count)).toBe('forbidden');
  });

  it('forbids it also where it would conflict, so that nothing is learnt of the stream', async () => {
    expect(await appendOf(stores.vault, keyRequest)).toBe('forbidden');
  });

  it('writes what is allowed although a forbidden append shared the transaction', async () => {
    const outcomes = await Promise.all([
      appendOf(stores.vault, streamName('lease', newId())),
      appendOf(stores.vault, streamName('keyRequest', newId())),
      appendOf(stores.vault, streamName('secret', newId()), 2),
    ]);
    expect(outcomes).toEqual(['written', 'forbidden', 'written']);
  });

  it('shows a service its own events only', async () => {
    expect(idsOf(await toArray(stores.approval.readStream(lease)))).toEqual([]);
    expect(idsOf(await toArray(stores.vault.readStream(lease)))).toHaveLength(1);
    const seen = await streamsIn(stores.vault);
    expect(seen.has(lease)).toBe(true);
    expect(seen.has(keyRequest)).toBe(false);
    const { rows } = await pools.vault.query('select from event_store.events where stream = $1', [keyRequest]);
    expect(rows).toHaveLength(0);
  });

  it('shows audit everything and lets it append nothing', async () => {
    const seen = await streamsIn(stores.audit);
    expect([lease, keyRequest].every((stream) => seen.has(stream))).toBe(true);
    for (const category of ['lease', 'audit']) {
      for (const count of [1, 2]) {
        expect(await appendOf(stores.audit, streamName(category, newId()), count)).toBe('forbidden');
      }
    }
  });

  const tampering = [
    `insert into event_store.events (stream, category, revision, event_id, type, schema_version, data, metadata)
      values ('lease-x', 'lease', 0, gen_random_uuid(), 'T', 1, '{}', '{}')`,
    `update event_store.events set data = '{}'`,
    'delete from event_store.events',
    'truncate event_store.events',
    'drop table event_store.events',
    'alter table event_store.events disable row level security',
    'create policy mine on event_store.events using (true)',
    `insert into event_store.category_owners values ('keyRequest2', 'keyledger_vault')`,
    `update event_store.category_owners set role = session_user`,
    'select * from event_store.category_owners',
    `create or replace function event_store.readable_categories() returns text[] language sql as $$ select null $$`,
    'create table event_store.mine (id int)',
    'select event_store.renumber()',
    'set role keyledger_event_store',
    'set role keyledger_delivery',
    'set session authorization keyledger_delivery',
    'set session_replication_role = replica',
    `select setval('event_store.events_position_seq', 1)`,
    'create temp table mine (id int)',
    'select lo_create(0)',
    `select lo_from_bytea(0, 'x')`,
    'select lo_open(1, 131072)',
  ];

  it.each(tampering)('forbids every service: %s', async (statement) => {
    for (const pool of Object.values(pools)) expect(await failureOf(pool, statement)).toBe(FORBIDDEN);
  });

  it('is not fooled by names that a service puts before those of the log', async () => {
    await log.admin.query(`grant temporary on database ${log.database.name} to keyledger_vault`);
    const client = await pools.vault.connect();
    await client.query(`
      create table vault.category_owners (category text, role text);
      insert into vault.category_owners values ('keyRequest', 'keyledger_vault');
      create temp table category_owners (category text, role text);
      insert into category_owners values ('keyRequest', 'keyledger_vault');
      create function vault.split_part(text, text, integer) returns text language sql as $$ select 'lease' $$;
      create function vault.yes(text, text) returns boolean language sql as $$ select true $$;
      create operator vault.= (leftarg = text, rightarg = text, function = vault.yes);
      set search_path = vault, pg_temp, pg_catalog;
    `);
    const append = `select event_store.append_one($1, -1, $2, 'T', 1, '{}', '{}')`;
    const appendAll = `select event_store.append(array[$1], array[-1::bigint], array[1], array[$2::uuid], array['T'], array[1],
      array['{}'::json], array['{}'::json])`;
    const foreignStream = streamName('keyRequest', newId());
    for (const statement of [append, appendAll]) await client.query(statement, [foreignStream, newId()]);
    const written = 'select from event_store.events where stream = $1';
    expect((await log.admin.query(written, [foreignStream])).rowCount).toBe(0);
    const seen = await client.query<{ categories: string[] }>('select event_store.readable_categories() as categories');
    expect(seen.rows[0]?.categories).not.toContain('keyRequest');
    client.release(true);
  });

  it.each<[string[], (number | null)[], number[]]>([
    [['a'], [7], [3]],
    [['a'], [-5], [3]],
    [['a'], [null], [3]],
    [['a'], [-1], [0]],
    [['a'], [-1], [-3]],
    [['a'], [-1], [2]],
    [
      ['a', 'a'],
      [-1, 5],
      [1, 2],
    ],
    [
      ['a', 'a'],
      [-1, -1],
      [2, 1],
    ],
    [
      ['a', 'a'],
      [-1, 0],
      [1, 2],
    ],
    [
      ['a', 'b'],
      [-1, -1],
      [4, -1],
    ],
    [
      ['a', 'b', 'c'],
      [3, 4, 5],
      [1, 1, 1],
    ],
    [
      ['a', 'a', 'a'],
      [-1, 0, 1],
      [1, 1, 1],
    ],
    [
      ['a', 'b', 'c'],
      [-1, -1, -1],
      [0, 2, 1],
    ],
  ])('leaves no hole in a stream when a service asks for %j at %j with sizes %j', async (names, expected, sizes) => {
    const streams = names.map((name) => `${lease}${name}`);
    const rest = [
      ['T', 'T', 'T'],
      [1, 1, 1],
      ['{}', '{}', '{}'],
      ['{}', '{}', '{}'],
    ];
    await failureOf(pools.vault, 'select * from event_store.append($1, $2, $3, $4, $5, $6, $7, $8)', [
      ...[streams, expected, sizes, [newId(), newId(), newId()]],
      ...rest,
    ]);
    for (const stream of new Set(streams)) {
      const recorded = await toArray(stores.vault.readStream(stream as StreamName));
      const revisions = recorded.map(({ revision }) => Number(revision));
      expect(revisions).toEqual(revisions.map((_, index) => index));
    }
  });

  it('has nothing to offer to a role that is no service of it', async () => {
    const name = `stranger_${newId().replaceAll('-', '')}`;
    await log.admin.query(`create role ${name} login password 'test'`);
    const url = new URL(log.database.adminUrl);
    url.username = name;
    url.password = 'test';
    const stranger = new pg.Client(url.href);
    await stranger.connect();
    for (const statement of [
      'select * from event_store.events',
      'select event_store.readable_categories()',
      `select event_store.append_one('lease-1', -1, gen_random_uuid(), 'T', 1, '{}', '{}')`,
      `select * from event_store.settled_stretch('0', 0, 1)`,
    ]) {
      expect(await failureOf(stranger, statement)).toBe(FORBIDDEN);
    }
    await stranger.end();
    await log.admin.query(`drop role ${name}`);
  });

  it('lets an administrator give a new category to a service', async () => {
    const stream = streamName('experiment', newId());
    expect(await appendOf(stores.approval, stream)).toBe('forbidden');
    await log.admin.query(`insert into event_store.category_owners values ('experiment', 'keyledger_approval')`);
    expect(await appendOf(stores.approval, stream)).toBe('written');
    expect(idsOf(await toArray(stores.approval.readStream(stream)))).toHaveLength(1);
  });
});
