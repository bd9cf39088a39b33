import { databaseFault } from '@keyledger/event-store-postgres';
import type pg from 'pg';

/** Commits what `work` did, or rolls it back and throws what it threw, as a typed fault where the server is to blame. */
export const inTransaction = async <Result>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<Result>,
): Promise<Result> => {
  const client = await pool.connect().catch((error: unknown) => {
    throw databaseFault(error);
  });
  let isBroken = false;
  // Without a listener a connection that breaks between two statements would end the process.
  const onError = (): void => void (isBroken = true);
  client.on('error', onError);
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(onError);
    throw databaseFault(error);
  } finally {
    client.off('error', onError);
    client.release(isBroken);
  }
};
