import pg from 'pg';

/** A pool for tests. Connections that break while they are idle are replaced: databases of tests are dropped with theirs. */
export const testPool = (connectionString: string, options: Omit<pg.PoolConfig, 'connectionString'> = {}): pg.Pool => {
  const pool = new pg.Pool({ ...options, connectionString });
  pool.on('error', () => undefined);
  return pool;
};
