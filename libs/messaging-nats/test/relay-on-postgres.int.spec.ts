import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { newId, streamName } from '@keyledger/event-sourcing';
import { PostgresEventStore } from '@keyledger/event-store-postgres';
import { migrateService, postgresCheckpointStore } from '@keyledger/projections-postgres';
import { testPostgres, type TestDatabase } from '@keyledger/testing';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { anEvent, approvals, idsOf } from './approval.examples.ts';
import { NatsFixture } from './nats.fixture.ts';
import { published, withoutRepetitions } from './published.ts';
import { relayed, startRelay } from './running-relay.ts';

jest.setTimeout(60_000);

describe('the relay over PostgreSQL', () => {
  let nats: NatsFixture;
  let database: TestDatabase;
  let admin: pg.Client;
  let stopServer: () => Promise<void>;
  const pools: pg.Pool[] = [];
  beforeEach(async () => {
    nats = await NatsFixture.start();
    const server = await testPostgres();
    stopServer = () => server.stop();
    database = await server.createDatabase();
    admin = new pg.Client({ connectionString: database.adminUrl });
    await admin.connect();
    const directory = mkdtempSync(path.join(tmpdir(), 'keyledger-no-migrations-'));
    await migrateService({ databaseUrl: database.urlFor('approval'), schema: 'approval', directory });
    rmSync(directory, { recursive: true });
  });
  afterEach(async () => {
    await Promise.all(pools.splice(0).map((pool) => pool.end()));
    await admin.end();
    await database.drop();
    await stopServer();
    await nats.stop();
  });

  /** One replica of approval: event store, checkpoints and connection of its own. */
  const replica = async (holder: string) => {
    const pool = new pg.Pool({ connectionString: database.urlFor('approval') });
    pool.on('error', () => undefined);
    pools.push(pool);
    const eventStore = new PostgresEventStore({ pool });
    const checkpoints = postgresCheckpointStore({ pool, holder });
    const relay = startRelay({ eventStore, checkpoints, connection: await nats.connect('approval') });
    const stop = async (): Promise<void> => {
      await relay.stop();
      await eventStore.close();
    };
    return { eventStore, checkpoints, stop };
  };

  it('publishes what many writers write in the order of the log, while sessions are cut and the server dies', async () => {
    const [first, second] = [await replica('first'), await replica('second')];
    const events = approvals(1_200);
    const append = async (event: (typeof events)[number]): Promise<void> => {
      const write = () => second.eventStore.append(streamName('keyRequest', newId()), [event], 'no-stream');
      // The outcome of an append whose session was cut is unknown.
      await write().catch(() => undefined);
    };
    const cut = () =>
      admin.query(`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and usename = 'keyledger_approval'`);
    for (let from = 0; from < events.length; from += 300) {
      const appending = events.slice(from, from + 300).map(append);
      if (from === 300) await cut();
      if (from === 600) {
        await nats.kill();
        await nats.restart();
      }
      if (from === 900) await first.stop();
      await Promise.all(appending);
    }
    const last = await second.eventStore.append(
      streamName('keyRequest', newId()),
      [anEvent('Private', {})],
      'no-stream',
    );
    await relayed(second.checkpoints, last.position);

    const stored: { id: string; type: string }[] = [];
    for await (const event of second.eventStore.readAll()) stored.push(event);
    const logged = idsOf(stored.filter(({ type }) => type === 'Approved'));
    expect(logged.length).toBeGreaterThanOrEqual(900);
    const inStream = idsOf(await published(await nats.connect('admin')));
    expect(withoutRepetitions(inStream)).toEqual(logged);
    await second.stop();
  });
});
