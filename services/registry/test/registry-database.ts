import { fileURLToPath } from 'node:url';
import { inTransaction, migrateService } from '@keyledger/projections-postgres';
import { testPostgres } from '@keyledger/testing';
import pg from 'pg';

const directory = fileURLToPath(new URL('../migrations', import.meta.url));

/** A database as the registry finds it. */
export const registryDatabase = async () => {
  const server = await testPostgres();
  const database = await server.createDatabase();
  const databaseUrl = database.urlFor('registry');
  await migrateService({ databaseUrl, schema: 'registry', directory });
  const pool = new pg.Pool({ connectionString: databaseUrl });
  pool.on('error', () => undefined);
  return {
    databaseUrl,
    pool,
    commit: (work: (tx: pg.PoolClient) => Promise<void>): Promise<void> => inTransaction(pool, work),
    close: async (): Promise<void> => {
      await pool.end();
      await database.drop();
      await server.stop();
    },
  };
};
