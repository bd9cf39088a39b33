import { PG_POOL } from '@keyledger/nest-kit';
import type { Provider } from '@nestjs/common';
import type { Pool } from 'pg';
import { postgresKeyRing } from './adapters/postgres/postgres.key-ring.ts';
import { PostgresLeaseLock } from './adapters/postgres/postgres.lease-lock.ts';
import { postgresLeaseReader } from './adapters/postgres/postgres.lease-table.ts';
import { postgresMasterKeyUses } from './adapters/postgres/postgres.master-key-uses.ts';
import { postgresWrappedKeys } from './adapters/postgres/postgres.wrapped-keys.ts';
import { postgresSecretReader } from './adapters/postgres/postgres.secret-table.ts';
import type { KeyRing } from './application/ports/key-ring.port.ts';
import type { LeaseLock } from './application/ports/lease-lock.port.ts';
import type { MasterKeySource } from './application/ports/master-key.port.ts';
import type { MasterKeyUses } from './application/ports/master-key-uses.port.ts';
import type { WrappedKeys } from './application/ports/wrapped-keys.port.ts';
import type { VaultConfig } from './config.ts';
import { issuersProvider } from './issuers.providers.ts';
import { masterKeySource } from './master-key-sources.ts';

export const KEY_RING: unique symbol = Symbol('KeyRing');
export const LEASE_LOCK: unique symbol = Symbol('LeaseLock');
export const LEASE_READER: unique symbol = Symbol('LeaseReader');
export const MASTER_KEY_SOURCE: unique symbol = Symbol('MasterKeySource');
export const MASTER_KEY_USES: unique symbol = Symbol('MasterKeyUses');
export const SECRET_READER: unique symbol = Symbol('SecretReader');
export const WRAPPED_KEYS: unique symbol = Symbol('WrappedKeys');

/** What the vault keeps in its database, where its master keys come from, and whom it asks for keys. */
export const outside = (config: VaultConfig): Provider[] => [
  { provide: KEY_RING, inject: [PG_POOL], useFactory: (pool: Pool): KeyRing => postgresKeyRing(pool) },
  { provide: LEASE_READER, inject: [PG_POOL], useFactory: (pool: Pool) => postgresLeaseReader(pool) },
  { provide: SECRET_READER, inject: [PG_POOL], useFactory: (pool: Pool) => postgresSecretReader(pool) },
  { provide: LEASE_LOCK, useFactory: (): LeaseLock => new PostgresLeaseLock(config.platform.databaseUrl) },
  issuersProvider(config),
  { provide: WRAPPED_KEYS, inject: [PG_POOL], useFactory: (pool: Pool): WrappedKeys => postgresWrappedKeys(pool) },
  {
    provide: MASTER_KEY_USES,
    inject: [PG_POOL],
    useFactory: (pool: Pool): MasterKeyUses => postgresMasterKeyUses(pool),
  },
  { provide: MASTER_KEY_SOURCE, useFactory: (): MasterKeySource => masterKeySource(config.masterKeys) },
];
