import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { MessagingConfig, PlatformConfig } from '@keyledger/config';
import { type EventStore, systemClock } from '@keyledger/event-sourcing';
import { PostgresEventStore } from '@keyledger/event-store-postgres';
import { deskUserOf } from '@keyledger/messaging';
import { connectNats, isConnected, joseSigner, natsRequestReply } from '@keyledger/messaging-nats';
import { postgresCheckpointStore } from '@keyledger/projections-postgres';
import type { Logger } from '@keyledger/telemetry';
import type { NatsConnection } from '@nats-io/transport-node';
import pg from 'pg';
import type { HealthCheck } from './health-check.ts';
import { openEventStore } from './open-event-store.ts';
import { hasStores, type Platform } from './platform.ts';
import { observeReadingDelay, readingDelayCheck, ReadingDelayWatch } from './reading-delay.ts';
import { waitFor, type WaitOptions } from './wait-for.ts';

export type OpenedPlatform = Omit<Platform, 'health' | 'stopping' | 'pool' | 'eventStore' | 'checkpoints'> &
  Partial<Pick<Platform, 'pool' | 'eventStore' | 'checkpoints'>>;

export interface Opening extends WaitOptions {
  /** Takes what has to be closed, in the order of opening. */
  readonly resources: AsyncDisposableStack;
}

/** Tells this process from other replicas and from its own predecessor. */
const instanceName = (service: string): string =>
  `${service}@${hostname()}:${process.pid}:${randomBytes(4).toString('hex')}`;

const openPool = ({ databaseUrl, service }: PlatformConfig, logger: Logger): pg.Pool => {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    application_name: `keyledger-${service}`,
    max: 10,
    connectionTimeoutMillis: 5_000,
    idle_in_transaction_session_timeout: 30_000,
    keepAlive: true,
  });
  // An idle connection broke. The pool replaces it; without a listener the process would end.
  pool.on('error', (error) => logger.warn({ err: error }, 'PostgreSQL connection lost'));
  return pool;
};

const openStores = async (
  config: PlatformConfig,
  { logger, signal, resources }: Opening,
): Promise<Pick<Platform, 'pool' | 'eventStore' | 'checkpoints'>> => {
  const pool = openPool(config, logger);
  resources.defer(() => pool.end());
  const eventStore = await openEventStore(config.eventStoreUrl);
  resources.defer(() => eventStore.close());
  await waitFor('PostgreSQL', () => pool.query('select 1'), { logger, signal });
  await waitFor('the event store', () => eventStore.ping(), { logger, signal });
  if (eventStore instanceof PostgresEventStore) {
    observeReadingDelay(eventStore);
    resources.use(new ReadingDelayWatch(eventStore, logger));
  }
  return { pool, eventStore, checkpoints: postgresCheckpointStore({ pool, holder: instanceName(config.service) }) };
};

/**
 * Connects to everything that the configuration names and waits for what is not there yet. Connections that are lost
 * later are restored for as long as it takes.
 */
export const openPlatform = async (
  config: MessagingConfig | PlatformConfig,
  opening: Opening,
): Promise<OpenedPlatform> => {
  const { logger, signal, resources } = opening;
  const { nats, service, principal } = config;
  const signer = joseSigner({ service, privateKeyFile: principal.signingKeyFile });
  const connection = await connectNats({ ...nats, name: instanceName(service), logger, signal });
  resources.defer(() => connection.close());
  return {
    logger,
    clock: systemClock,
    connection,
    requestReply: natsRequestReply({ connection, signer }),
    ...(hasStores(config) ? await openStores(config, opening) : {}),
  };
};

/** The connection over which a service answers requests; see `deskUserOf`. */
export const openDesk = async (
  { nats, service }: PlatformConfig | MessagingConfig,
  opening: Opening,
): Promise<NatsConnection> => {
  const { logger, signal, resources } = opening;
  const desk = await connectNats({ ...nats, user: deskUserOf(nats.user), name: instanceName(service), logger, signal });
  resources.defer(() => desk.close());
  return desk;
};

export const natsCheck = (name: string, connection: NatsConnection): HealthCheck => ({
  name,
  check: async () => {
    if (!isConnected(connection)) return { status: 'down', reason: 'no connection' };
    await connection.flush();
    return { status: 'up' };
  },
});

const postgresCheck = (pool: pg.Pool): HealthCheck => ({
  name: 'postgres',
  check: async () => {
    await pool.query('select 1');
    return { status: 'up' };
  },
});

const eventStoreCheck = (eventStore: EventStore): HealthCheck => ({
  name: 'event-store',
  check: async () => {
    await eventStore.ping();
    return { status: 'up' };
  },
});

/** Asks each part that the process has. */
export const platformChecks = ({ connection, pool, eventStore }: OpenedPlatform): readonly HealthCheck[] => [
  natsCheck('nats', connection),
  ...(pool === undefined ? [] : [postgresCheck(pool)]),
  ...(eventStore === undefined ? [] : [eventStoreCheck(eventStore)]),
  ...(eventStore instanceof PostgresEventStore ? [readingDelayCheck(eventStore)] : []),
];
