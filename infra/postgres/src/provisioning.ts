import { fileURLToPath } from 'node:url';
import { serviceNames, type ServiceName } from '@keyledger/messaging';
import { runner } from 'node-pg-migrate';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';

/** The services that have a schema; the gateway has none. */
export type DatabaseService = Exclude<ServiceName, 'gateway'>;

export const databaseServices = serviceNames.filter((service): service is DatabaseService => service !== 'gateway');

export type RolePasswords = Readonly<Record<DatabaseService, string>>;

/** The role that a service connects as, which owns its schema. */
export const roleOf = (service: DatabaseService): string => `keyledger_${service}`;

export const EVENT_STORE_MIGRATIONS = fileURLToPath(
  new URL('../../../libs/event-store-postgres/migrations', import.meta.url),
);

/**
 * Makes a database what the services expect: one role and one schema per service, nothing for anybody else, and the
 * event store. Needs a superuser; safe to repeat, also after a new release. The tables inside a service's schema are
 * made by the service's own migrations.
 */
export const provision = async (adminUrl: string, passwords: RolePasswords): Promise<void> => {
  await withClient(adminUrl, async (client) => {
    await client.query('select pg_advisory_lock(7241865325)'); // roles belong to the whole server
    for (const service of databaseServices) await client.query(roleStatement(service, passwords[service]));
    await client.query('select pg_advisory_unlock(7241865325)');
  });
  await migrateEventStore(adminUrl);
  await withClient(adminUrl, async (client) => {
    await client.query('revoke all on schema public from public');
    await client.query(NO_LARGE_OBJECTS);
    for (const service of databaseServices) await client.query(schemaStatement(service));
    await client.query(databaseSettings(client.database ?? 'postgres'));
  });
};

const migrateEventStore = (databaseUrl: string) =>
  runner({
    databaseUrl,
    dir: EVENT_STORE_MIGRATIONS,
    direction: 'up',
    schema: 'event_store',
    createSchema: true,
    migrationsTable: 'migrations',
    advisoryLockMode: 'wait',
    log: () => undefined,
  });

const roleStatement = (service: DatabaseService, password: string): string => {
  const role = escapeIdentifier(roleOf(service));
  return `do $$ begin
    if not exists (select from pg_roles where rolname = ${escapeLiteral(roleOf(service))}) then create role ${role}; end if;
  end $$;
  alter role ${role} with login nosuperuser nocreatedb nocreaterole noreplication nobypassrls
    password ${escapeLiteral(password)};
  -- A transaction that is left open stalls every reader of the event log, whichever program left it.
  alter role ${role} set idle_in_transaction_session_timeout = '10s';`;
};

const schemaStatement = (service: DatabaseService): string =>
  `create schema if not exists ${escapeIdentifier(service)} authorization ${escapeIdentifier(roleOf(service))}`;

/**
 * What is kept beside a database and not in it, so that a copy made of it as a template lacks it. Temporary tables fill
 * the disk as well as others do, and lie in a schema that hostile names could come from; nobody needs them.
 */
export const databaseSettings = (database: string): string => {
  const name = escapeIdentifier(database);
  const ofRoles = databaseServices.map((service) => {
    const role = escapeIdentifier(roleOf(service));
    return `grant connect on database ${name} to ${role};
  alter role ${role} in database ${name} set search_path = ${escapeIdentifier(service)};`;
  });
  return `revoke temporary on database ${name} from public;
  ${ofRoles.join('\n  ')}`;
};

/** Large objects belong to no schema, so that no right on one keeps anybody from filling the disk with them. */
const NO_LARGE_OBJECTS = `do $$
declare
  name regprocedure;
begin
  for name in
    select p.oid from pg_proc p
    where p.pronamespace = 'pg_catalog'::regnamespace and p.proname ~ '^(lo_|loread$|lowrite$)'
  loop
    execute format('revoke execute on function %s from public', name);
  end loop;
end $$`;

const withClient = async <T>(url: string, work: (client: Client) => Promise<T>): Promise<T> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};
