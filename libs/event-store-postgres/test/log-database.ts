import { contractCategories } from '@keyledger/event-sourcing/testing';
import { testPostgres, type TestDatabase, type TestPostgres } from '@keyledger/testing';
import type pg from 'pg';
import { eventStorePool } from '../src/index.ts';

export interface LogDatabase {
  readonly database: TestDatabase;
  /** A superuser's connections. */
  readonly admin: pg.Pool;
  /** Connections with the role of a service, ended by `close`. */
  poolOf(service: 'vault' | 'approval' | 'audit'): pg.Pool;
  close(): Promise<void>;
}

let server: Promise<TestPostgres> | undefined;
let users = 0;

/** A database of its own, in which the vault owns the categories of the contract suites besides its own. */
export const logDatabase = async (): Promise<LogDatabase> => {
  users += 1;
  server ??= testPostgres();
  const database = await (await server).createDatabase();
  const pools: pg.Pool[] = [];
  const opened = (pool: pg.Pool): pg.Pool => {
    pools.push(pool);
    return pool;
  };
  const admin = opened(eventStorePool(database.adminUrl, { max: 4 }));
  for (const category of contractCategories) {
    await admin.query('insert into event_store.category_owners values ($1, $2)', [category, 'keyledger_vault']);
  }
  return {
    database,
    admin,
    poolOf: (service) => opened(eventStorePool(database.urlFor(service))),
    close: async () => {
      await Promise.all(pools.filter(({ ended }) => !ended).map((pool) => pool.end()));
      await database.drop();
      users -= 1;
      if (users > 0) return;
      await (await server)?.stop();
      server = undefined;
    },
  };
};

/** The SQLSTATE with which a statement fails. */
export const failureOf = async (db: Pick<pg.Pool, 'query'>, sql: string, values: unknown[] = []): Promise<string> => {
  try {
    await db.query(sql, values);
    return 'no failure';
  } catch (error) {
    return (error as pg.DatabaseError).code ?? String(error);
  }
};
