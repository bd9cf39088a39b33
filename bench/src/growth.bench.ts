import { newId, type StreamName, streamName } from '@keyledger/event-sourcing';
import { PostgresEventStore } from '@keyledger/event-store-postgres';
import pg from 'pg';
import { type BenchServer, benchServer } from './bench-database.ts';
import { print, printTitle, report } from './report.ts';
import { ratePerSecond, takeTurns } from './rounds.ts';
import { sampleEvent } from './sample-events.ts';

const [SMALL, LARGE] = (process.env.BENCH_SIZES ?? '10000,1000000').split(',').map(Number) as [number, number];
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 15);
const FOR_MS = Number(process.env.BENCH_MS ?? 400);
const WRITERS = 4;
const STREAM_LENGTH = 10;
const FILL_AT_ONCE = 50_000;

interface FilledStore {
  readonly store: PostgresEventStore;
  readonly streams: readonly StreamName[];
}

/** Stored events as the vault would have written them one after another, ten to a stream. */
const fill = async (admin: pg.Client, events: number): Promise<void> => {
  const { data, metadata } = sampleEvent();
  for (let done = 0; done < events; done += FILL_AT_ONCE) {
    await admin.query(
      `with streams as materialized (select 'lease-' || uuidv7() as stream from generate_series(1, $1::int / $2::int))
      insert into event_store.events (stream, category, revision, event_id, type, schema_version, data, metadata)
      select s.stream, 'lease', r.revision, uuidv7(), 'LeaseIssued', 1, $3, $4
      from streams s, generate_series(0, $2::int - 1) r(revision) order by s.stream, r.revision`,
      [Math.min(FILL_AT_ONCE, events - done), STREAM_LENGTH, JSON.stringify(data), JSON.stringify(metadata)],
    );
  }
  await admin.query('vacuum (analyze) event_store.events');
  await admin.query('checkpoint');
};

const filledStore = async (server: BenchServer, events: number): Promise<FilledStore> => {
  const startedAt = performance.now();
  const bench = await server.createDatabase();
  const admin = new pg.Client(bench.database.adminUrl);
  await admin.connect();
  await fill(admin, events);
  const sample = 'select distinct stream from event_store.events tablesample bernoulli ($1) limit 2000';
  const { rows } = await admin.query<{ stream: StreamName }>(sample, [Math.min(100, 2_000_000 / events)]);
  await admin.end();
  const store = new PostgresEventStore({ pool: bench.pool(WRITERS + 1) });
  server.closeFirst(store);
  print(`stored ${events} events in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  return { store, streams: rows.map(({ stream }) => stream) };
};

/** The life of a stream: it begins and grows twice. Counts appends. */
const appends = ({ store }: FilledStore): Promise<number> =>
  ratePerSecond(WRITERS, FOR_MS, async () => {
    const stream = streamName('lease', newId());
    const { revision } = await store.append(stream, [sampleEvent()], 'no-stream');
    const next = await store.append(stream, [sampleEvent()], revision);
    await store.append(stream, [sampleEvent()], next.revision);
  }).then((streams) => streams * 3);

const loads = ({ store, streams }: FilledStore): Promise<number> =>
  ratePerSecond(WRITERS, FOR_MS, async () => {
    const stream = streams[Math.floor(Math.random() * streams.length)];
    let count = 0;
    if (stream !== undefined) for await (const _event of store.readStream(stream)) count += 1;
    if (count !== STREAM_LENGTH) throw new Error(`Stream ${stream} has ${count} events`);
  });

const server = await benchServer();
try {
  const small = await filledStore(server, SMALL);
  const large = await filledStore(server, LARGE);
  const append = await takeTurns({ small: () => appends(small), large: () => appends(large) }, ROUNDS);
  const load = await takeTurns({ small: () => loads(small), large: () => loads(large) }, ROUNDS);
  printTitle(`Growth from ${SMALL} (baseline) to ${LARGE} stored events, ${WRITERS} side by side, per second`);
  for (const [name, results, target] of [
    ['append of one event', append, 0.9],
    [`load of a stream of ${STREAM_LENGTH} events`, load, 0.85],
  ] as const) {
    report({
      name,
      ours: results.of('large'),
      baseline: results.of('small'),
      ratio: results.ratio('large', 'small'),
      unit: '/s',
      target,
      wanted: 'at-least',
    });
  }
} finally {
  await server.close();
}
