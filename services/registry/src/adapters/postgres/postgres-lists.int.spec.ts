import { afterAll, beforeAll, jest } from '@jest/globals';
import { registryDatabase } from '../../../test/registry-database.ts';
import { modelListsContract } from '../../application/ports/testing/model-lists.contract.ts';
import { providerListContract } from '../../application/ports/testing/provider-list.contract.ts';
import { postgresModelLists, postgresModelRows } from './postgres.model-lists.ts';
import { postgresProviderList, postgresProviderRows } from './postgres.provider-list.ts';

jest.setTimeout(60_000);

let database: Awaited<ReturnType<typeof registryDatabase>>;

beforeAll(async () => {
  database = await registryDatabase();
});

afterAll(() => database.close());

modelListsContract('PostgreSQL', async () => {
  const { pool, commit } = database;
  await pool.query('delete from models');
  return { rows: postgresModelRows, lists: postgresModelLists(pool), commit, close: () => Promise.resolve() };
});

providerListContract('PostgreSQL', async () => {
  const { pool, commit } = database;
  await pool.query('delete from providers');
  return { rows: postgresProviderRows, list: postgresProviderList(pool), commit, close: () => Promise.resolve() };
});
