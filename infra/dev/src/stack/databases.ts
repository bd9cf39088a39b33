import { provision } from '@keyledger/infra-postgres';
import { migrateService } from '@keyledger/projections-postgres';
import pg from 'pg';
import type { StackSecrets } from './secrets.ts';
import type { ServiceSpec } from './service-catalogue.ts';

const DATABASE = 'keyledger';

/** Brings the database to what this release expects: roles, event store, then every service's own schema. */
export const prepareDatabase = async (
  port: number,
  secrets: StackSecrets,
  services: readonly ServiceSpec[],
): Promise<void> => {
  await ensureDatabase(adminUrl(port, secrets, 'postgres'));
  await provision(adminUrl(port, secrets), secrets.rolePasswords);
  await Promise.all(
    services.map(async (service) => {
      if (service.name === 'gateway' || service.migrations === undefined) return;
      const databaseUrl = secrets.databaseUrls[service.name].value;
      await migrateService({ databaseUrl, schema: service.name, directory: service.migrations });
    }),
  );
};

/** As superuser. */
export const adminUrl = (port: number, { postgresAdmin }: StackSecrets, database = DATABASE): string =>
  `postgres://postgres:${encodeURIComponent(postgresAdmin.value)}@127.0.0.1:${port}/${database}`;

const ensureDatabase = async (url: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const found = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (found.rowCount === 0) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
};
