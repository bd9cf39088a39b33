import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { registryDatabase } from '../../../test/registry-database.ts';
import { modelListsContract } from '../../application/ports/testing/model-lists.contract.ts';
import { providerListContract } from '../../application/ports/testing/provider-list.contract.ts';
import { serviceTokenListContract } from '../../application/ports/testing/service-token-list.contract.ts';
import { postgresModelLists, postgresModelRows } from './postgres.model-lists.ts';
import { postgresProviderList, postgresProviderRows } from './postgres.provider-list.ts';
import { postgresServiceTokenList, postgresServiceTokenRows } from './postgres.service-token-list.ts';

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

serviceTokenListContract('PostgreSQL', async () => {
  const { pool, commit } = database;
  await pool.query('delete from service_tokens');
  return { rows: postgresServiceTokenRows, list: postgresServiceTokenList(pool), commit };
});

it('the lists are unavailable while the database is away', async () => {
  const away = new pg.Pool({ connectionString: 'postgres://nobody@127.0.0.1:1/nowhere' });
  const lists = postgresModelLists(away);
  const asked = [
    lists.page(1, undefined),
    lists.featured(),
    postgresProviderList(away).all(),
    postgresServiceTokenList(away).page(1, undefined),
  ];
  await Promise.all(asked.map((answer) => expect(answer).rejects.toMatchObject({ code: 'unavailable' })));
  await away.end();
});
