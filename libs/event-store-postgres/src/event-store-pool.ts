import pg from 'pg';

export interface EventStorePoolOptions {
  /** Connections at most; default 10. */
  readonly max?: number;
  /** Shown by the server beside each session. */
  readonly applicationName?: string;
}

/**
 * Connections fit for the event store. A transaction that is left open stalls every reader of the log, so the server ends
 * it; a server that does not answer is given up before callers lose patience.
 */
export const eventStorePool = (url: string, { max = 10, applicationName }: EventStorePoolOptions = {}): pg.Pool => {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    ...(applicationName === undefined ? {} : { application_name: applicationName }),
    connectionTimeoutMillis: 5_000,
    idle_in_transaction_session_timeout: 10_000,
    statement_timeout: 30_000,
    query_timeout: 35_000,
    keepAlive: true,
  });
  pool.on('error', () => undefined); // an idle connection broke; the pool replaces it
  return pool;
};
