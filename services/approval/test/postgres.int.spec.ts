import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from '@jest/globals';
import { migrateService } from '@keyledger/projections-postgres';
import { type TestDatabase, type TestPostgres, testPostgres } from '@keyledger/testing';
import { type ClientBase, Pool } from 'pg';
import { dueWorkTable, postgresDueWork } from '../src/adapters/postgres/due-work.table.ts';
import { keyRequestTable, postgresKeyRequestList } from '../src/adapters/postgres/key-request.table.ts';
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
  await using(one, (client) => dueWorkTable.clear(client));
  return {
    dueWork: postgresDueWork(one),
    other: postgresDueWork(two),
    put: (item) => using(one, (client) => dueWorkTable.put(item, client)),
    remove: (requestId) => using(one, (client) => dueWorkTable.remove(requestId, client)),
    clear: () => using(one, (client) => dueWorkTable.clear(client)),
    close: async () => {
      await one.end();
      await two.end();
    },
  };
});

keyRequestListContract('PostgreSQL', async () => {
  const pool = open();
  await using(pool, (client) => keyRequestTable.clear(client));
  return {
    list: postgresKeyRequestList(pool),
    put: (request) => using(pool, (client) => keyRequestTable.put(request, client)),
    find: (requestId) => using(pool, (client) => keyRequestTable.find(requestId, client)),
    clear: () => using(pool, (client) => keyRequestTable.clear(client)),
    close: () => pool.end(),
  };
});
