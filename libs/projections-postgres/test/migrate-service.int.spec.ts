import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { testPostgres, type TestDatabase, type TestPostgres } from '@keyledger/testing';
import pg from 'pg';
import { migrateService } from '../src/index.ts';

jest.setTimeout(30_000);

describe('migrateService', () => {
  let server: TestPostgres;
  let database: TestDatabase;
  let directory: string;

  beforeAll(async () => {
    server = await testPostgres();
  });

  beforeEach(async () => {
    database = await server.createDatabase();
    directory = await mkdtemp(path.join(tmpdir(), 'migrations-'));
    await add('0001_keys.sql', 'create table keys (id text primary key);');
  });

  afterEach(async () => {
    await database.drop();
    await rm(directory, { recursive: true });
  });

  afterAll(() => server.stop());

  const add = (file: string, sql: string): Promise<void> =>
    writeFile(path.join(directory, file), `-- Up Migration\n${sql}\n-- Down Migration\n`);

  const migrate = (): Promise<void> =>
    migrateService({ databaseUrl: database.urlFor('vault'), schema: 'vault', directory });

  const tables = async (): Promise<string[]> => {
    const client = new pg.Client(database.adminUrl);
    await client.connect();
    const { rows } = await client.query<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'vault' order by 1`,
    );
    await client.end();
    return rows.map(({ name }) => name);
  };

  const OWN = ['checkpoints', 'library_migrations', 'service_migrations'];

  it('makes its own tables and those of the service in the schema of the service', async () => {
    await migrate();
    expect(await tables()).toEqual([...OWN, 'keys'].sort());
  });

  it('does nothing the second time and only what is new the third', async () => {
    await migrate();
    await migrate();
    await add('0002_rings.sql', 'create table rings (id text primary key);');
    await migrate();
    expect(await tables()).toEqual([...OWN, 'keys', 'rings'].sort());
  });

  it('lets replicas that start together wait for each other', async () => {
    await Promise.all(Array.from({ length: 5 }, migrate));
    expect(await tables()).toEqual([...OWN, 'keys'].sort());
  });

  it('undoes a migration that fails half-way, says why, and continues when it is mended', async () => {
    await add('0002_rings.sql', 'create table rings (id text primary key); create table broken (id no_such_type);');
    await expect(migrate()).rejects.toThrow('no_such_type');
    expect(await tables()).toEqual([...OWN, 'keys'].sort());
    await add('0002_rings.sql', 'create table rings (id text primary key);');
    await migrate();
    expect(await tables()).toEqual([...OWN, 'keys', 'rings'].sort());
  });

  it('prints nothing', async () => {
    const written = jest.spyOn(process.stdout, 'write');
    const logged = [jest.spyOn(console, 'log'), jest.spyOn(console, 'info'), jest.spyOn(console, 'warn')];
    await migrate();
    await migrate();
    for (const spy of [written, ...logged]) {
      expect(spy).not.toHaveBeenCalled();
      spy.mockRestore();
    }
  });
});
