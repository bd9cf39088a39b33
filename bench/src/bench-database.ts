import { startThrowAwayPostgres, testPostgres, type TestDatabase } from '@keyledger/testing';
import pg from 'pg';

export interface BenchDatabase {
  readonly database: TestDatabase;
  /** Connects as the vault, which may append to the categories `lease` and `secret`. */
  pool(connections: number): pg.Pool;
  /** Things that are closed before the pools and the server. */
  closeFirst(...things: readonly Closable[]): void;
  close(): Promise<void>;
}

interface Closable {
  close(): Promise<void>;
}

/** A server of its own whose commits wait for the disk, with one provisioned database. */
export const benchDatabase = async (): Promise<BenchDatabase> => {
  const server = await startThrowAwayPostgres({ isDurable: true });
  process.env.TEST_POSTGRES_URL = server.adminUrl;
  const database = await (await testPostgres()).createDatabase();
  const pools: pg.Pool[] = [];
  const things: Closable[] = [];
  return {
    database,
    pool: (connections) => {
      const pool = new pg.Pool({ connectionString: database.urlFor('vault'), max: connections });
      pool.on('error', () => undefined);
      pools.push(pool);
      return pool;
    },
    closeFirst: (...more) => void things.push(...more),
    close: async () => {
      await Promise.all(things.map((thing) => thing.close()));
      await Promise.all(pools.map((pool) => pool.end()));
      await server.stop();
    },
  };
};
