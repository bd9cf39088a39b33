import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import pg from 'pg';

export interface MigrateServiceOptions {
  /** Of the role that owns the schema. */
  readonly databaseUrl: string;
  /** Exists already and belongs to the role. */
  readonly schema: string;
  /** The service's plain SQL files, `0001_name.sql` and so on. */
  readonly directory: string;
}

const OWN_DIRECTORY = fileURLToPath(new URL('../migrations', import.meta.url));

const migrate = (dbClient: pg.Client, schema: string, dir: string, migrationsTable: string) =>
  runner({
    dbClient,
    dir,
    schema,
    migrationsTable,
    direction: 'up',
    advisoryLockMode: 'wait',
    log: () => undefined,
  });

/**
 * Brings a service's schema up to date: the tables of this lib, then those of the service. Replicas that start together
 * wait for each other; an up-to-date schema costs a few short queries. Throws the server's error on a failing migration,
 * which is rolled back.
 */
export const migrateService = async ({ databaseUrl, schema, directory }: MigrateServiceOptions): Promise<void> => {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    await migrate(client, schema, OWN_DIRECTORY, 'library_migrations');
    await migrate(client, schema, directory, 'service_migrations');
  } finally {
    await client.end();
  }
};
