import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import path from 'node:path';
import {
  type DatabaseService,
  databaseServices,
  databaseSettings,
  provision,
  provisioningDigest,
  roleOf,
  type RolePasswords,
} from '@keyledger/infra-postgres';
import { Client, escapeIdentifier } from 'pg';
import { freePort } from '../processes/free-port.ts';
import { temporaryDirectory, unprivilegedIdentity } from '../processes/unprivileged.ts';
import { type PostgresOptions, startPostgres } from './postgres-server.ts';

export interface TestDatabase {
  readonly name: string;
  /** Superuser, connected to this database. */
  readonly adminUrl: string;
  /** With the role of that service, as the service itself connects. */
  urlFor(service: DatabaseService): string;
  drop(): Promise<void>;
}

export interface TestPostgres {
  /** Superuser, connected to the database `postgres`. */
  readonly adminUrl: string;
  /** A fresh database with event store, roles and service schemas. */
  createDatabase(): Promise<TestDatabase>;
  /** Stops the server if it was started by the call that returned this. */
  stop(): Promise<void>;
}

const TEST_PASSWORD = 'test';
const passwords = Object.fromEntries(databaseServices.map((service) => [service, TEST_PASSWORD])) as RolePasswords;

/**
 * A real PostgreSQL: the server of TEST_POSTGRES_URL (a superuser's address), which all specs of a run share, or one
 * started here, which ends with this process at the latest.
 */
export const testPostgres = async (): Promise<TestPostgres> => {
  const given = process.env.TEST_POSTGRES_URL;
  if (given !== undefined) return onServer(given, () => Promise.resolve());
  return startThrowAwayPostgres();
};

/** A server in the temporary directory. `isDurable` makes commits wait for the disk, as benchmarks need it. */
export const startThrowAwayPostgres = async ({
  isDurable = false,
  settings = {},
}: Partial<Pick<PostgresOptions, 'isDurable' | 'settings'>> = {}): Promise<TestPostgres> => {
  const directory = temporaryDirectory(unprivilegedIdentity());
  const server = await startPostgres({
    port: await freePort(),
    dataDirectory: path.join(directory, 'data'),
    password: TEST_PASSWORD,
    isDurable,
    settings,
    leftover: directory,
  });
  const stop = async () => {
    await server.process.stop();
    rmSync(directory, { recursive: true, force: true });
  };
  return onServer(server.adminUrl, stop);
};

const onServer = (adminUrl: string, stop: () => Promise<void>): TestPostgres => {
  const createDatabase = async (): Promise<TestDatabase> => {
    const template = await ensureTemplate(adminUrl);
    const name = `test_${randomBytes(6).toString('hex')}`;
    await asAdmin(adminUrl, (client) => client.query(`create database ${name} template ${template}`));
    await asAdmin(databaseUrl(adminUrl, name), (client) => client.query(databaseSettings(name)));
    return {
      name,
      adminUrl: databaseUrl(adminUrl, name),
      urlFor: (service) => databaseUrl(adminUrl, name, roleOf(service), TEST_PASSWORD),
      drop: async () => {
        await asAdmin(adminUrl, (client) => client.query(`drop database if exists ${name} with (force)`));
      },
    };
  };
  return { adminUrl, createDatabase, stop };
};

/** One provisioned database per state of the migrations; made once per server, whoever comes first. */
const ensureTemplate = async (adminUrl: string): Promise<string> => {
  const name = `keyledger_template_${provisioningDigest()}`;
  await asAdmin(adminUrl, async (client) => {
    await client.query('select pg_advisory_lock(hashtext($1))', [name]); // ends with the session
    const existing = await client.query('select 1 from pg_database where datname = $1 and datistemplate', [name]);
    if (existing.rowCount === 1) return;
    await client.query(`drop database if exists ${name}`);
    await client.query(`create database ${name}`);
    await provision(databaseUrl(adminUrl, name), passwords);
    await client.query(`alter database ${escapeIdentifier(name)} is_template true`);
  });
  return name;
};

const databaseUrl = (adminUrl: string, database: string, user?: string, password?: string): string => {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  if (user !== undefined) url.username = user;
  if (password !== undefined) url.password = password;
  return url.href;
};

const asAdmin = async <T>(url: string, work: (client: Client) => Promise<T>): Promise<T> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};
