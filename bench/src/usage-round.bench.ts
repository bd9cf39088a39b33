import { fileURLToPath } from 'node:url';
import { PostgresEventStore } from '@keyledger/event-store-postgres';
import { migrateService } from '@keyledger/projections-postgres';
import {
  postgresLeaseUsageReader,
  postgresLeaseUsageTable,
} from '@keyledger/service-vault/src/adapters/postgres/postgres.lease-usage-table.ts';
import { postgresLeaseReader } from '@keyledger/service-vault/src/adapters/postgres/postgres.lease-table.ts';
import { postgresSchedule } from '@keyledger/service-vault/src/adapters/postgres/postgres.schedule.ts';
import { watchLeases } from '@keyledger/service-vault/src/application/lease-usage/watch-leases.runner.ts';
import { liveLeases } from '@keyledger/service-vault/src/application/live-leases.ts';
import type { Issuer } from '@keyledger/service-vault/src/application/ports/issuer.port.ts';
import { leaseUsageProjection } from '@keyledger/service-vault/src/application/projections/lease-usage.projection.ts';
import pg from 'pg';
import { benchServer } from './bench-database.ts';
import { printTitle, report } from './report.ts';
import { fillLeases } from './usage-round/fill-leases.ts';

/** A round over so many leases, of which the issuer tells at once: what the vault itself and its database take. */
const LEASES = Number(process.env.BENCH_LEASES ?? 10_000);
const EVERY_MS = 15 * 60_000;
const MB = 1024 * 1024;
const MOST_HEAP_MB = 256;

await using resources = new AsyncDisposableStack();
const server = await benchServer();
resources.defer(() => server.close());
const bench = await server.createDatabase();
const directory = fileURLToPath(new URL('../../services/vault/migrations', import.meta.url));
await migrateService({ databaseUrl: bench.database.urlFor('vault'), schema: 'vault', directory });
const admin = new pg.Client(bench.database.adminUrl);
await admin.connect();
resources.defer(() => admin.end());
await fillLeases(admin, LEASES);

const pool = bench.pool(4);
const eventStore = new PostgresEventStore({ pool });
server.closeFirst(eventStore);
const leases = postgresLeaseReader(pool);
const spent = new Map<string, number>();
let mostHeap = 0;
const usage: NonNullable<Issuer['usage']> = {
  async *usageOf(issuerKeyIds) {
    for (const issuerKeyId of issuerKeyIds) yield { issuerKeyId, spentUsd: spent.get(issuerKeyId) ?? 1 };
    mostHeap = Math.max(mostHeap, process.memoryUsage().heapUsed / MB);
  },
};
const issuer = { name: 'litellm', usage } as Issuer;
let now = Date.UTC(2026, 10, 22);

const { round } = watchLeases({
  eventStore,
  leases,
  usage: postgresLeaseUsageReader(pool),
  rules: { thresholds: [50, 80, 100], remindBeforeMs: [] },
  issuers: { names: [issuer.name], find: () => issuer, issuerFor: () => issuer },
  schedule: postgresSchedule(pool),
  lock: { tryHold: async (_id, work) => ({ result: await work() }) },
  sealStatus: () => ({ isSealed: false }),
  clock: () => new Date(now),
  everyMs: EVERY_MS,
  intervalMs: EVERY_MS,
  report: (_issuer, error) => {
    throw error;
  },
});

const secondsOf = async (work: () => Promise<unknown>): Promise<number> => {
  now += EVERY_MS;
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1_000;
};

const project = async (): Promise<void> => {
  const { apply, filter } = leaseUsageProjection(postgresLeaseUsageTable);
  const client = await pool.connect();
  for await (const recorded of eventStore.readAll({ filter })) await apply(recorded, client);
  client.release();
};

const readThem = async (): Promise<void> => {
  for await (const page of liveLeases(leases, issuer.name)) if (page.length === 0) return;
};

const first = await secondsOf(round);
await project();
const quiet = await secondsOf(round);
const bare = await secondsOf(readThem);
for (let key = 1; key <= LEASES; key += 10) spent.set(`key-${key}`, 2);
const busy = await secondsOf(round);

printTitle(`A round of reading usage over ${LEASES} leases`);
const inAQuarter = { baseline: EVERY_MS / 1_000, unit: 's', target: 0.5, wanted: 'at-most' } as const;
report({ name: 'all of them new : a quarter of an hour', ours: first, ...inAQuarter });
report({ name: 'one in ten changed : a quarter of an hour', ours: busy, ...inAQuarter });
report({
  name: 'none changed : reading the leases twice',
  ours: quiet,
  baseline: 2 * bare,
  unit: 's',
  target: 3,
  wanted: 'at-most',
});
report({
  name: 'heap, most seen : allowed',
  ours: mostHeap,
  baseline: MOST_HEAP_MB,
  unit: 'MB',
  target: 1,
  wanted: 'at-most',
});
