import type pg from 'pg';

export interface CheckedOutClient {
  readonly client: pg.PoolClient;
  /** Resolves when the connection breaks. */
  readonly broken: Promise<void>;
  /** Gives the client back; `isSpent` when it is not to be used again. A broken one never is. */
  release(isSpent?: boolean): void;
}

/**
 * Takes a client whose errors are listened to from the first moment. The promise of `pool.connect()` leaves a gap: a server
 * that ends the session at once does so before the caller can listen, and an error without a listener ends the process.
 */
export const checkOutClient = (pool: pg.Pool): Promise<CheckedOutClient> =>
  new Promise((resolve, reject) => {
    pool.connect((error, client, release) => {
      if (client === undefined) {
        reject(error ?? new Error('The pool gave no client'));
        return;
      }
      const breaking = Promise.withResolvers<void>();
      let isBroken = false;
      const onBreak = (): void => {
        isBroken = true;
        breaking.resolve();
      };
      client.on('error', onBreak);
      client.once('end', onBreak);
      const giveBack = (isSpent = false): void => {
        release(isSpent || isBroken); // from here on the pool listens
        client.off('error', onBreak);
        client.off('end', onBreak);
      };
      resolve({ client, broken: breaking.promise, release: giveBack });
    });
  });
