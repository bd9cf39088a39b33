import { afterAll, beforeAll, jest } from '@jest/globals';
import { contractCategories, eventStoreContract } from '@keyledger/event-sourcing/testing';
import { testPostgres, type TestDatabase, type TestPostgres } from '@keyledger/testing';
import pg from 'pg';
import { openPostgresEventStore } from '../src/index.ts';

jest.setTimeout(60_000);

let server: TestPostgres;
let database: TestDatabase;

beforeAll(async () => {
  server = await testPostgres();
  database = await server.createDatabase();
  const admin = new pg.Client(database.adminUrl);
  await admin.connect();
  for (const category of contractCategories) {
    await admin.query('insert into event_store.category_owners values ($1, $2)', [category, 'keyledger_vault']);
  }
  await admin.end();
});

afterAll(async () => {
  await database.drop();
  await server.stop();
});

eventStoreContract('PostgresEventStore', () => openPostgresEventStore(database.urlFor('vault')));
