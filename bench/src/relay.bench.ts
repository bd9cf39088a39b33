import { PostgresEventStore } from '@keyledger/event-store-postgres';
import { DurableConsumers, EventRelay } from '@keyledger/messaging-nats';
import { migrateService, postgresCheckpointStore } from '@keyledger/projections-postgres';
import { jetstreamManager } from '@nats-io/jetstream';
import { benchServer } from './bench-database.ts';
import { percentile } from './path/percentile.ts';
import { Arrivals } from './relay/arrivals.ts';
import { beginAnew, fill, messagesOf, publishBare, stored } from './relay/backlog.ts';
import { benchNats } from './relay/bench-nats.ts';
import { publication } from './relay/lease-issued.ts';
import { print, printTitle, report } from './report.ts';
import { takeTurns } from './rounds.ts';

const BACKLOG = Number(process.env.BENCH_EVENTS ?? 20_000);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 7);
const LOAD_MS = Number(process.env.BENCH_MS ?? 5_000);
const WINDOW = 256;
const P99_LIMIT_MS = 50;
const VAULT_MIGRATIONS = new URL('../../services/vault/migrations', import.meta.url).pathname;

const ignore = (): void => undefined;
const logger = { debug: ignore, info: ignore, warn: ignore, error: console.error };

const server = await benchServer();
const nats = await benchNats();
try {
  const { database, pool } = await server.createDatabase();
  await migrateService({ databaseUrl: database.urlFor('vault'), schema: 'vault', directory: VAULT_MIGRATIONS });
  const connections = pool(8);
  const eventStore = new PostgresEventStore({ pool: connections });
  const checkpoints = postgresCheckpointStore({ pool: connections, holder: 'bench' });
  server.closeFirst(eventStore);
  const [admin, vault] = [await nats.connect('admin'), await nats.connect('vault')];
  const manager = await jetstreamManager(admin);

  const whileRelaying = async (work: () => Promise<void>): Promise<void> => {
    const stop = new AbortController();
    const categories = ['lease'];
    const relay = new EventRelay({
      ...{ eventStore, connection: vault, checkpoints, service: 'vault', categories, publication, logger },
      window: WINDOW,
    });
    const running = relay.run(stop.signal);
    await work();
    stop.abort();
    await running;
  };
  const perSecond = async (work: () => Promise<void>): Promise<number> => {
    await beginAnew(manager, admin);
    const startedAt = performance.now();
    await work();
    return (BACKLOG * 1000) / (performance.now() - startedAt);
  };
  const drain = (): Promise<void> => whileRelaying(() => stored(manager, BACKLOG));

  await fill(eventStore, BACKLOG);
  await perSecond(drain);
  const messages = await messagesOf(manager, BACKLOG);
  const drained = await takeTurns(
    { bare: () => perSecond(() => publishBare(vault, messages, WINDOW)), relay: () => perSecond(drain) },
    ROUNDS,
  );
  printTitle(`Draining a backlog of ${BACKLOG} events into JetStream, events per second`);
  report({
    name: `relay from PostgreSQL : the same bytes published, window ${WINDOW}`,
    ours: drained.of('relay'),
    baseline: drained.of('bare'),
    ratio: drained.ratio('relay', 'bare'),
    unit: '/s',
    target: 0.6,
    wanted: 'at-least',
  });

  await beginAnew(manager, admin);
  const arrivals = new Arrivals(eventStore);
  const consumers = new DurableConsumers({
    connection: await nats.connect('delivery'),
    service: 'delivery',
    reactors: [arrivals.reactor],
    logger,
  });
  await consumers.start();
  await whileRelaying(async () => {
    await arrivals.of(BACKLOG);
    const fullLoad = await arrivals.atFullLoad(LOAD_MS);
    const latencies = await arrivals.atLoad(fullLoad / 2, LOAD_MS);
    printTitle('From commit to a reactor of another service, milliseconds, at half of the full load');
    print(`full load, appended, relayed and consumed side by side: ${Math.round(fullLoad).toLocaleString('en')} /s`);
    const limit = { unit: 'ms', baseline: P99_LIMIT_MS, target: 1, wanted: 'at-most' } as const;
    report({ ...limit, name: 'p50 : limit of p99', ours: percentile(latencies, 0.5) });
    report({ ...limit, name: 'p99 : limit', ours: percentile(latencies, 0.99) });
  });
  await consumers.close();
} finally {
  await nats.close();
  await server.close();
}
