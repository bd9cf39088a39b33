import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Client } from 'pg';
import { testPostgres, type TestDatabase, type TestPostgres } from '../src/index.ts';

jest.setTimeout(60_000);

const query = async (url: string, sql: string): Promise<unknown[]> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
};

describe('a test database', () => {
  let server: TestPostgres;
  let database: TestDatabase;

  beforeAll(async () => {
    server = await testPostgres();
    database = await server.createDatabase();
  });

  afterAll(async () => {
    await database.drop();
    await server.stop();
  });

  it('lets a service make tables in its own schema, which is where its statements land', async () => {
    await query(database.urlFor('vault'), 'create table leases (id text)');
    expect(await query(database.adminUrl, 'select count(*)::int as n from vault.leases')).toEqual([{ n: 0 }]);
  });

  it('has an event store in which a service sees its own categories', async () => {
    const owners = 'select category from event_store.category_owners order by 1';
    await expect(query(database.urlFor('vault'), owners)).rejects.toThrow('permission denied');
    await expect(query(database.urlFor('vault'), 'select event_store.readable_categories() as own')).resolves.toEqual([
      { own: expect.arrayContaining(['lease', 'secret', 'masterKey']) },
    ]);
  });

  it('keeps a service out of the schema of another', async () => {
    await expect(query(database.urlFor('approval'), 'create table vault.mine (id text)')).rejects.toThrow(
      'permission denied for schema vault',
    );
  });

  it('lets no service in with a wrong password', async () => {
    const url = new URL(database.urlFor('vault'));
    url.password = 'wrong';
    await expect(query(url.href, 'select 1')).rejects.toThrow('password authentication failed');
  });

  it('shares nothing with another database of the same server', async () => {
    const other = await server.createDatabase();
    await query(database.urlFor('audit'), 'create table kept (id text)');
    await expect(query(other.urlFor('audit'), 'select * from kept')).rejects.toThrow('does not exist');
    await other.drop();
  });

  it('is made several at a time', async () => {
    const made = await Promise.all([1, 2, 3, 4].map(() => server.createDatabase()));
    expect(new Set(made.map(({ name }) => name)).size).toBe(4);
    await Promise.all(made.map((one) => one.drop()));
  });
});
