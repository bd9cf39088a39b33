import { startThrowAwayPostgres, testPostgres, type TestDatabase } from '@keyledger/testing';
import pg from 'pg';

interface Closable {
  close(): Promise<void>;
}

export interface BenchDatabase {
  readonly database: TestDatabase;
  /** Connects as the vault, which may append to the categories `lease` and `secret`. */
  pool(connections: number): pg.Pool;
}

export interface BenchServer {
  /** A provisioned database. */
  createDatabase(): Promise<BenchDatabase>;
  /** Things that are closed before the connections and the server. */
  closeFirst(...things: readonly Closable[]): void;
  close(): Promise<void>;
}

/** A PostgreSQL of its own whose commits wait for the disk. */
export const benchServer = async (): Promise<BenchServer> => {
  const server = await startThrowAwayPostgres({ isDurable: true });
  process.env.TEST_POSTGRES_URL = server.adminUrl;
  const { createDatabase } = await testPostgres();
  const pools: pg.Pool[] = [];
  const things: Closable[] = [];
  return {
    createDatabase: async () => {
      const database = await createDatabase();
      const pool = (connections: number): pg.Pool => {
        const opened = new pg.Pool({ connectionString: database.urlFor('vault'), max: connections });
        opened.on('error', () => undefined); // the server may stop before the last connection has said goodbye
        pools.push(opened);
        return opened;
      };
      return { database, pool };
    },
    closeFirst: (...more) => void things.push(...more),
    close: async () => {
      await Promise.all(things.map((thing) => thing.close()));
      await Promise.all(pools.map((pool) => pool.end()));
      await server.stop();
    },
  };
};
