import { newId, streamName } from '@keyledger/event-sourcing';
import { PostgresEventStore } from '@keyledger/event-store-postgres';
import pg from 'pg';
import { benchServer } from './bench-database.ts';
import { median, printTitle, report } from './report.ts';
import { sampleEvent } from './sample-events.ts';

/** One stream of this length is read from end to end: neither memory nor speed may depend on how far one has read. */
const EVENTS = Number(process.env.BENCH_EVENTS ?? 1_000_000);
const FILL_AT_ONCE = 50_000;
const PART = EVENTS / 20;
const MB = 1024 * 1024;
const MOST_HEAP_MB = 64;

const fill = async (url: string, stream: string): Promise<void> => {
  const admin = new pg.Client(url);
  await admin.connect();
  const { data, metadata } = sampleEvent();
  for (let from = 0; from < EVENTS; from += FILL_AT_ONCE) {
    await admin.query(
      `insert into event_store.events (stream, category, revision, event_id, type, schema_version, data, metadata)
        select $1, 'lease', r.revision, uuidv7(), 'LeaseIssued', 1, $4, $5
        from generate_series($2::bigint, $3::bigint) r(revision)`,
      [stream, from, Math.min(EVENTS, from + FILL_AT_ONCE) - 1, JSON.stringify(data), JSON.stringify(metadata)],
    );
  }
  await admin.query('vacuum (analyze) event_store.events');
  await admin.end();
};

const server = await benchServer();
try {
  const bench = await server.createDatabase();
  const stream = streamName('lease', newId());
  await fill(bench.database.adminUrl, stream);
  const store = new PostgresEventStore({ pool: bench.pool(2) });
  server.closeFirst(store);

  const speeds: number[] = [];
  const heaps: number[] = [];
  let count = 0;
  let startedAt = performance.now();
  for await (const { revision } of store.readStream(stream)) {
    if (revision !== BigInt(count)) throw new Error(`Revision ${revision} came at place ${count}`);
    count += 1;
    if (count % PART === 0) {
      speeds.push((PART * 1000) / (performance.now() - startedAt));
      heaps.push(process.memoryUsage().heapUsed / MB);
      startedAt = performance.now();
    }
  }
  if (count !== EVENTS) throw new Error(`Read ${count} of ${EVENTS} events`);

  printTitle(`One stream of ${EVENTS} events, read from end to end`);
  const third = Math.floor(speeds.length / 3);
  report({
    name: 'last third : first third',
    ours: median(speeds.slice(-third)),
    baseline: median(speeds.slice(0, third)),
    unit: '/s',
    target: 0.85,
    wanted: 'at-least',
  });
  report({
    name: 'heap, most seen : allowed whatever the length',
    ours: Math.max(...heaps),
    baseline: MOST_HEAP_MB,
    unit: 'MB',
    target: 1,
    wanted: 'at-most',
  });
} finally {
  await server.close();
}
