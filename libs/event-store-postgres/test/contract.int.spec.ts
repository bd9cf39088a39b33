import { afterAll, beforeAll, describe, jest } from '@jest/globals';
import { eventStoreContract } from '@keyledger/event-sourcing/testing';
import { openPostgresEventStore, PostgresEventStore } from '../src/index.ts';
import { logDatabase, type LogDatabase } from './log-database.ts';

jest.setTimeout(60_000);

let log: LogDatabase;

beforeAll(async () => {
  log = await logDatabase();
});

afterAll(() => log.close());

describe('with appends that share transactions', () => {
  eventStoreContract('PostgresEventStore', () => openPostgresEventStore(log.database.urlFor('vault')));
});

describe('with a transaction for each append and pages of three', () => {
  eventStoreContract(
    'PostgresEventStore',
    () => new PostgresEventStore({ pool: log.poolOf('vault'), coalesce: false, pageSize: 3 }),
  );
});
