import { checkOutClient, databaseFault } from '@keyledger/event-store-postgres';
import type pg from 'pg';

export interface TransactionOptions {
  /**
   * False for what is built again when it is lost: the commit then does not wait for the disk. A crash of the server takes
   * the last of such transactions whole and in order. Default: true.
   */
  readonly isDurable?: boolean;
}

/** Commits what `work` did, or rolls it back and throws what it threw, as a typed fault where the server is to blame. */
export const inTransaction = async <Result>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<Result>,
  { isDurable = true }: TransactionOptions = {},
): Promise<Result> => {
  const { client, release } = await checkOutClient(pool).catch((error: unknown) => {
    throw databaseFault(error);
  });
  let isSpent = false;
  try {
    await client.query(isDurable ? 'begin' : 'begin; set local synchronous_commit = off');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => (isSpent = true));
    throw databaseFault(error);
  } finally {
    release(isSpent);
  }
};
