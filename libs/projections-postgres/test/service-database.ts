import { contractCategories } from '@keyledger/event-sourcing/testing';
import { type TestDatabase, testPostgres } from '@keyledger/testing';
import pg from 'pg';
import { migrateService } from '../src/index.ts';

export interface ServiceDatabase {
  readonly database: TestDatabase;
  readonly pool: pg.Pool;
  /** Ends every session of the service in the server. */
  cutConnections(): Promise<void>;
  close(): Promise<void>;
}

export const migrations = new URL('./migrations', import.meta.url).pathname;

/** A database as the vault finds it, with the event categories of the contract suites added to its own. */
export const serviceDatabase = async (starting = testPostgres()): Promise<ServiceDatabase> => {
  const server = await starting;
  const database = await server.createDatabase();
  const admin = new pg.Pool({ connectionString: database.adminUrl, max: 1 });
  admin.on('error', () => undefined);
  for (const category of contractCategories) {
    await admin.query('insert into event_store.category_owners values ($1, $2)', [category, 'keyledger_vault']);
  }
  const databaseUrl = database.urlFor('vault');
  await migrateService({ databaseUrl, schema: 'vault', directory: migrations });
  const pool = new pg.Pool({ connectionString: databaseUrl });
  pool.on('error', () => undefined);
  const close = async (): Promise<void> => {
    await pool.end();
    await admin.end();
    await database.drop();
    await server.stop();
  };
  const cutConnections = async (): Promise<void> => {
    await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and usename = 'keyledger_vault'`);
  };
  return { database, pool, cutConnections, close };
};
