import { fileURLToPath } from 'node:url';
import { inTransaction, migrateService } from '@keyledger/projections-postgres';
import { type TestDatabase, testPostgres, testPool } from '@keyledger/testing';
import type pg from 'pg';

const directory = fileURLToPath(new URL('../migrations', import.meta.url));

/** A database as the vault finds it. */
export interface VaultDatabase {
  readonly database: TestDatabase;
  readonly pool: pg.Pool;
  /** Runs `work` in a transaction that is committed when it resolves. */
  inTransaction<Result>(work: (tx: pg.ClientBase) => Promise<Result>): Promise<Result>;
  clear(table: string): Promise<void>;
  close(): Promise<void>;
}

export const vaultDatabase = async (): Promise<VaultDatabase> => {
  const server = await testPostgres();
  const database = await server.createDatabase();
  const databaseUrl = database.urlFor('vault');
  await migrateService({ databaseUrl, schema: 'vault', directory });
  const pool = testPool(databaseUrl);
  return {
    database,
    pool,
    inTransaction: (work) => inTransaction(pool, work),
    clear: async (table) => {
      await pool.query(`delete from ${table}`);
    },
    close: async () => {
      await pool.end();
      await database.drop();
      await server.stop();
    },
  };
};
