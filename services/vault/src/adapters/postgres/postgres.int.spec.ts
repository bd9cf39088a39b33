import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { keyRingContract, wrappedKey } from '../../application/ports/testing/key-ring.contract.ts';
import { leaseLockContract } from '../../application/ports/testing/lease-lock.contract.ts';
import { leaseTableContract } from '../../application/ports/testing/lease-table.contract.ts';
import { secretTableContract } from '../../application/ports/testing/secret-table.contract.ts';
import { testRunTableContract } from '../../application/ports/testing/test-run-table.contract.ts';
import { wrappedKeysContract } from '../../application/ports/testing/wrapped-keys.contract.ts';
import { postgresKeyRing, postgresKeyShredder } from './postgres.key-ring.ts';
import { PostgresLeaseLock } from './postgres.lease-lock.ts';
import { postgresLeaseReader, postgresLeaseTable } from './postgres.lease-table.ts';
import { postgresMasterKeyUses } from './postgres.master-key-uses.ts';
import { postgresSecretReader, postgresSecretTable } from './postgres.secret-table.ts';
import { postgresTestRunReader, postgresTestRunTable } from './postgres.test-run-table.ts';
import { postgresWrappedKeys } from './postgres.wrapped-keys.ts';
import { type VaultDatabase, vaultDatabase } from '../../../test/vault-database.ts';

let vault: VaultDatabase;

beforeAll(async () => {
  vault = await vaultDatabase();
}, 60_000);

afterAll(() => vault.close());

keyRingContract('PostgreSQL', () =>
  Promise.resolve({
    keyRing: postgresKeyRing(vault.pool),
    close: () => vault.clear('key_ring'),
  }),
);

wrappedKeysContract('PostgreSQL', () =>
  Promise.resolve({
    keyRing: postgresKeyRing(vault.pool),
    wrappedKeys: postgresWrappedKeys(vault.pool),
    uses: postgresMasterKeyUses(vault.pool),
    close: () => vault.clear('key_ring'),
  }),
);

testRunTableContract<pg.ClientBase>('PostgreSQL', () =>
  Promise.resolve({
    table: postgresTestRunTable,
    reader: postgresTestRunReader(vault.pool),
    inTransaction: vault.inTransaction,
    close: () => vault.clear('test_runs'),
  }),
);

leaseTableContract<pg.ClientBase>('PostgreSQL', () =>
  Promise.resolve({
    table: postgresLeaseTable,
    reader: postgresLeaseReader(vault.pool),
    inTransaction: vault.inTransaction,
    close: () => vault.clear('leases'),
  }),
);

secretTableContract<pg.ClientBase>('PostgreSQL', () =>
  Promise.resolve({
    table: postgresSecretTable,
    reader: postgresSecretReader(vault.pool),
    inTransaction: vault.inTransaction,
    close: () => vault.clear('secrets'),
  }),
);

keyRingContract('PostgreSQL, shredding in a transaction', () => {
  const keyRing = postgresKeyRing(vault.pool);
  const shred = (keyIds: readonly string[]) => vault.inTransaction((tx) => postgresKeyShredder.shred(keyIds, tx));
  return Promise.resolve({
    keyRing: { ...keyRing, shred },
    close: () => vault.clear('key_ring'),
  });
});

leaseLockContract('PostgreSQL', () => {
  const first = new PostgresLeaseLock(vault.database.urlFor('vault'));
  const second = new PostgresLeaseLock(vault.database.urlFor('vault'));
  return Promise.resolve({
    first,
    second,
    close: async () => {
      await Promise.all([first.close(), second.close()]);
    },
  });
});

describe('a lease lock whose connection breaks', () => {
  const locks: PostgresLeaseLock[] = [];
  const newLock = (url = vault.database.urlFor('vault')): PostgresLeaseLock => {
    const lock = new PostgresLeaseLock(url);
    locks.push(lock);
    return lock;
  };
  afterEach(() => Promise.all(locks.splice(0).map((lock) => lock.close())));

  const breakConnections = async (): Promise<void> => {
    const admin = new pg.Client({ connectionString: vault.database.adminUrl });
    await admin.connect();
    await admin.query(
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity
       where application_name = 'keyledger-vault-locks' and datname = current_database()`,
    );
    await admin.end();
  };

  it('is free for others, lets its own work end, and works again', async () => {
    const leaseId = randomUUID();
    const [first, second] = [newLock(), newLock()];
    const result = await first.tryHold(leaseId, async () => {
      await breakConnections();
      return second.tryHold(leaseId, () => Promise.resolve('taken over'));
    });
    expect(result).toEqual({ result: { result: 'taken over' } });
    expect(await first.tryHold(leaseId, () => Promise.resolve('again'))).toEqual({ result: 'again' });
  });

  it('is unavailable while the database is away', async () => {
    const lock = newLock('postgres://nobody@127.0.0.1:1/nowhere');
    await expect(lock.tryHold(randomUUID(), () => Promise.resolve(1))).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('may be closed twice and before its first use', async () => {
    const lock = newLock();
    await lock.close();
    await lock.close();
  });
});

describe('the tables of the vault', () => {
  it('are out of reach of every other service', async () => {
    await postgresKeyRing(vault.pool).add(wrappedKey());
    for (const service of ['approval', 'delivery', 'registry', 'audit'] as const) {
      const client = new pg.Client({ connectionString: vault.database.urlFor(service) });
      await client.connect();
      await expect(client.query('select * from vault.key_ring')).rejects.toMatchObject({ code: '42501' });
      await client.end();
    }
  });

  it('report a lost database as unavailable', async () => {
    const away = new pg.Pool({ connectionString: 'postgres://nobody@127.0.0.1:1/nowhere' });
    await expect(postgresKeyRing(away).find(randomUUID())).rejects.toMatchObject({ code: 'unavailable' });
    await expect(postgresLeaseReader(away).countByStatus()).rejects.toMatchObject({ code: 'unavailable' });
    await away.end();
  });
});
