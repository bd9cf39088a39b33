import { afterAll, beforeAll } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { migrateService } from '@keyledger/projections-postgres';
import { type TestDatabase, testPostgres, type TestPostgres } from '@keyledger/testing';
import { differenceTableContract } from '../../application/ports/testing/difference-table.contract.ts';
import { leaseUsageTableContract } from '../../application/ports/testing/lease-usage-table.contract.ts';
import { scheduleContract } from '../../application/ports/testing/schedule.contract.ts';
import { postgresDifferenceReader, postgresDifferenceTable } from './postgres.difference-table.ts';
import { postgresLeaseUsageReader, postgresLeaseUsageTable } from './postgres.lease-usage-table.ts';
import { postgresSchedule } from './postgres.schedule.ts';

let postgres: TestPostgres;
let database: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  postgres = await testPostgres();
  database = await postgres.createDatabase();
  const databaseUrl = database.urlFor('vault');
  const directory = fileURLToPath(new URL('../../../migrations', import.meta.url));
  await migrateService({ databaseUrl, schema: 'vault', directory });
  pool = new pg.Pool({ connectionString: databaseUrl });
}, 60_000);

afterAll(async () => {
  await pool.end();
  await database.drop();
  await postgres.stop();
});

const inTransaction = async <Result>(work: (tx: pg.ClientBase) => Promise<Result>): Promise<Result> => {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } finally {
    client.release();
  }
};

const cleared = (table: string) => async (): Promise<void> => {
  await pool.query(`delete from ${table}`);
};

differenceTableContract<pg.ClientBase>('PostgreSQL', () =>
  Promise.resolve({
    table: postgresDifferenceTable,
    reader: postgresDifferenceReader(pool),
    inTransaction,
    close: cleared('differences'),
  }),
);

leaseUsageTableContract<pg.ClientBase>('PostgreSQL', () =>
  Promise.resolve({
    table: postgresLeaseUsageTable,
    reader: postgresLeaseUsageReader(pool),
    inTransaction,
    close: cleared('lease_usage'),
  }),
);

scheduleContract('PostgreSQL', () => Promise.resolve({ schedule: postgresSchedule(pool), close: cleared('schedule') }));
