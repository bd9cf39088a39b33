import { newId, streamName } from '@keyledger/event-sourcing';
import { PostgresEventStore } from '@keyledger/event-store-postgres';
import type pg from 'pg';
import { benchServer } from './bench-database.ts';
import { printTitle, report } from './report.ts';
import { emmett, messageDb } from './rivals.ts';
import { ratePerSecond, type Results, takeTurns } from './rounds.ts';
import { sampleEvent } from './sample-events.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 41);
const FOR_MS = Number(process.env.BENCH_MS ?? 100);
const MOST_WRITERS = 32;

/** The same columns without order, revision check or idempotence: what a committed insert costs. */
const RAW_TABLE = `create table raw_events (
  tx xid8 not null default pg_current_xact_id(),
  position bigint not null generated always as identity primary key,
  revision bigint not null,
  recorded_at timestamptz not null default clock_timestamp(),
  event_id uuid not null,
  schema_version integer not null,
  stream text not null,
  category text not null,
  type text not null,
  data json not null,
  metadata json not null
)`;

const rawInsert = (pool: pg.Pool) => (): Promise<unknown> => {
  const { id, type, schemaVersion, data, metadata } = sampleEvent();
  return pool.query({
    name: 'raw-insert',
    text: `insert into raw_events (revision, event_id, schema_version, stream, category, type, data, metadata)
      values ($1, $2, $3, $4, $5, $6, $7, $8) returning position`,
    values: [
      ...[0, id, schemaVersion, streamName('lease', newId()), 'lease', type],
      ...[JSON.stringify(data), JSON.stringify(metadata)],
    ],
  });
};

const append = (store: PostgresEventStore) => (): Promise<unknown> =>
  store.append(streamName('lease', newId()), [sampleEvent()], 'no-stream');

const compare = <Name extends string>(
  name: string,
  results: Results<Name>,
  ours: Name,
  baseline: Name,
  target: number,
): boolean =>
  report({
    name,
    ours: results.of(ours),
    baseline: results.of(baseline),
    ratio: results.ratio(ours, baseline),
    unit: '/s',
    target,
    wanted: 'at-least',
  });

const server = await benchServer();
try {
  const bench = await server.createDatabase();
  const pool = bench.pool(MOST_WRITERS);
  await pool.query(RAW_TABLE);
  const single = new PostgresEventStore({ pool, coalesce: false });
  const coalesced = new PostgresEventStore({ pool });
  const theirs = {
    emmett: await emmett(bench.database.adminUrl, MOST_WRITERS),
    messageDb: await messageDb(bench.database.adminUrl, MOST_WRITERS),
  };
  server.closeFirst(single, coalesced, theirs.emmett, theirs.messageDb);

  printTitle('Append of one event, committed, appends per second (median of interleaved rounds)');
  for (const [writers, target] of [
    [1, 0.75],
    [8, 0.6],
    [32, 0.6],
  ] as const) {
    const raw = () => ratePerSecond(writers, FOR_MS, rawInsert(pool));
    const ours = {
      single: () => ratePerSecond(writers, FOR_MS, append(single)),
      coalesced: () => ratePerSecond(writers, FOR_MS, append(coalesced)),
    };
    const againstRaw = await takeTurns({ raw, ...ours }, ROUNDS);
    compare(`${writers} writers, each in its own transaction : raw insert`, againstRaw, 'single', 'raw', target);
    const shared = writers === MOST_WRITERS ? 2 : target;
    compare(`${writers} writers, coalesced : raw insert`, againstRaw, 'coalesced', 'raw', shared);
  }
  const rivals = {
    emmett: () => ratePerSecond(MOST_WRITERS, FOR_MS, theirs.emmett.append),
    messageDb: () => ratePerSecond(MOST_WRITERS, FOR_MS, theirs.messageDb.append),
  };
  const coalescing = () => ratePerSecond(MOST_WRITERS, FOR_MS, append(coalesced));
  const againstOthers = await takeTurns({ coalesced: coalescing, ...rivals }, ROUNDS);
  compare(`${MOST_WRITERS} writers, coalesced : emmett-postgresql`, againstOthers, 'coalesced', 'emmett', 1.8);
  compare(`${MOST_WRITERS} writers, coalesced : message-db`, againstOthers, 'coalesced', 'messageDb', 2.5);
} finally {
  await server.close();
}
