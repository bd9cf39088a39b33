import { afterAll, beforeAll } from '@jest/globals';
import type pg from 'pg';
import { differenceTableContract } from '../../application/ports/testing/difference-table.contract.ts';
import { leaseUsageTableContract } from '../../application/ports/testing/lease-usage-table.contract.ts';
import { scheduleContract } from '../../application/ports/testing/schedule.contract.ts';
import { testQuotaContract } from '../../application/ports/testing/test-quota.contract.ts';
import { postgresDifferenceReader, postgresDifferenceTable } from './postgres.difference-table.ts';
import { postgresLeaseUsageReader, postgresLeaseUsageTable } from './postgres.lease-usage-table.ts';
import { postgresSchedule } from './postgres.schedule.ts';
import { postgresTestQuota } from './postgres.test-quota.ts';
import { type VaultDatabase, vaultDatabase } from '../../../test/vault-database.ts';

let vault: VaultDatabase;

beforeAll(async () => {
  vault = await vaultDatabase();
}, 60_000);

afterAll(() => vault.close());

differenceTableContract<pg.ClientBase>('PostgreSQL', () =>
  Promise.resolve({
    table: postgresDifferenceTable,
    reader: postgresDifferenceReader(vault.pool),
    inTransaction: vault.inTransaction,
    close: () => vault.clear('differences'),
  }),
);

leaseUsageTableContract<pg.ClientBase>('PostgreSQL', () =>
  Promise.resolve({
    table: postgresLeaseUsageTable,
    reader: postgresLeaseUsageReader(vault.pool),
    inTransaction: vault.inTransaction,
    close: () => vault.clear('lease_usage'),
  }),
);

testQuotaContract('PostgreSQL', () =>
  Promise.resolve({ quota: postgresTestQuota(vault.pool), close: () => vault.clear('test_quota') }),
);

scheduleContract('PostgreSQL', () =>
  Promise.resolve({ schedule: postgresSchedule(vault.pool), close: () => vault.clear('schedule') }),
);
