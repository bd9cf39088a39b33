import { fileURLToPath } from 'node:url';
import { inTransaction, migrateService } from '@keyledger/projections-postgres';
import { testPostgres, testPool } from '@keyledger/testing';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { deliveryRowsContract } from '../../application/ports/testing/delivery-rows.contract.ts';
import { postgresDeliveryDirectory, postgresDeliveryRows } from './postgres.delivery-rows.ts';

jest.setTimeout(60_000);

const directory = fileURLToPath(new URL('../../../migrations', import.meta.url));
const resources = new AsyncDisposableStack();
let pool: pg.Pool;

beforeAll(async () => {
  const server = await testPostgres();
  resources.defer(() => server.stop());
  const database = await server.createDatabase();
  resources.defer(() => database.drop());
  const databaseUrl = database.urlFor('delivery');
  await migrateService({ databaseUrl, schema: 'delivery', directory });
  pool = testPool(databaseUrl);
  resources.defer(() => pool.end());
});

afterAll(() => resources.disposeAsync());

deliveryRowsContract<pg.ClientBase>('PostgreSQL', async () => {
  await pool.query('delete from deliveries');
  return {
    rows: postgresDeliveryRows,
    directory: postgresDeliveryDirectory(pool),
    commit: (work) => inTransaction(pool, work),
    close: () => Promise.resolve(),
  };
});

it('the directory is unavailable while the database is away, so that an event that needs it comes again', async () => {
  const away = new pg.Pool({ connectionString: 'postgres://nobody@127.0.0.1:1/nowhere' });
  const { findByRequest } = postgresDeliveryDirectory(away);
  await expect(findByRequest('0193a000-0000-7000-8000-0000000000f1')).rejects.toMatchObject({ code: 'unavailable' });
  await away.end();
});
