import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrateService } from '@keyledger/projections-postgres';
import { type TestDatabase, type TestPostgres, testPostgres } from '@keyledger/testing';
import { type ClientBase, Pool, type PoolClient } from 'pg';
import { postgresDueWorkTable, postgresDueWork } from '../src/adapters/postgres/postgres.due-work.ts';
import { postgresKeyRequestTable, postgresKeyRequestList } from '../src/adapters/postgres/postgres.key-request-list.ts';
import { dueWorkContract } from '../src/application/ports/testing/due-work.contract.ts';
import { keyRequestListContract } from '../src/application/ports/testing/key-request-list.contract.ts';

let server: TestPostgres;
let database: TestDatabase;

beforeAll(async () => {
  server = await testPostgres();
  database = await server.createDatabase();
  await migrateService({
    databaseUrl: database.urlFor('approval'),
    schema: 'approval',
    directory: fileURLToPath(new URL('../migrations', import.meta.url)),
  });
}, 60_000);

afterAll(async () => {
  await database.drop();
  await server.stop();
});

const open = () => new Pool({ connectionString: database.urlFor('approval') });

/** Runs in a connection as a projection does in its transaction. */
const using = async <T>(pool: Pool, work: (client: ClientBase) => Promise<T>): Promise<T> => {
  const client = await pool.connect();
  try {
    return await work(client);
  } finally {
    client.release();
  }
};

dueWorkContract('PostgreSQL', async () => {
  const [one, two] = [open(), open()];
  await using(one, (client) => postgresDueWorkTable.clear(client));
  return {
    dueWork: postgresDueWork(one),
    other: postgresDueWork(two),
    put: (item) => using(one, (client) => postgresDueWorkTable.put(item, client)),
    remove: (requestId) => using(one, (client) => postgresDueWorkTable.remove(requestId, client)),
    clear: () => using(one, (client) => postgresDueWorkTable.clear(client)),
    close: async () => {
      await one.end();
      await two.end();
    },
  };
});

keyRequestListContract('PostgreSQL', async () => {
  const pool = open();
  await using(pool, (client) => postgresKeyRequestTable.clear(client));
  return {
    list: postgresKeyRequestList(pool),
    put: (request) => using(pool, (client) => postgresKeyRequestTable.put(request, client)),
    find: (requestId) => using(pool, (client) => postgresKeyRequestTable.find(requestId, client)),
    clear: () => using(pool, (client) => postgresKeyRequestTable.clear(client)),
    close: () => pool.end(),
  };
});

describe('timers and list without a free connection', () => {
  let pool: Pool;
  let taken: PoolClient;

  beforeAll(async () => {
    pool = new Pool({ connectionString: database.urlFor('approval'), max: 1, connectionTimeoutMillis: 50 });
    for (let isTaken = false; !isTaken;) {
      try {
        taken = await pool.connect();
        isTaken = true;
      } catch {
        // The server is slow; the next connection may be made in time.
      }
    }
  });

  afterAll(async () => {
    taken.release();
    await pool.end();
  });

  it.each<[string, () => Promise<unknown>]>([
    ['claim', () => postgresDueWork(pool).claim(new Date(0), 1, 1)],
    ['nextDueAt', () => postgresDueWork(pool).nextDueAt()],
    ['page', () => postgresKeyRequestList(pool).page({}, 1)],
  ])('say with a typed fault that %s can be tried again', async (_, work) => {
    await expect(work()).rejects.toMatchObject({ name: 'AppError', code: 'unavailable' });
  });
});
