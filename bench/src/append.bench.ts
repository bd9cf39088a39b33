import { newId, streamName } from '@keyledger/event-sourcing';
import { PostgresEventStore } from '@keyledger/event-store-postgres';
import type pg from 'pg';
import { benchServer } from './bench-database.ts';
import { printTitle, report } from './report.ts';
import { emmett, messageDb } from './rivals.ts';
import { ratePerSecond, takeTurns } from './rounds.ts';
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
    const results = await takeTurns(
      {
        raw: () => ratePerSecond(writers, FOR_MS, rawInsert(pool)),
        single: () => ratePerSecond(writers, FOR_MS, append(single)),
        coalesced: () => ratePerSecond(writers, FOR_MS, append(coalesced)),
        emmett: () => ratePerSecond(writers, FOR_MS, theirs.emmett.append),
        messageDb: () => ratePerSecond(writers, FOR_MS, theirs.messageDb.append),
      },
      ROUNDS,
    );
    const compare = (
      name: string,
      ours: 'single' | 'coalesced',
      baseline: 'raw' | keyof typeof theirs,
      goal?: number,
    ) =>
      report({
        name: `${writers} writers, ${name}`,
        ours: results.of(ours),
        baseline: results.of(baseline),
        ratio: results.ratio(ours, baseline),
        unit: '/s',
        ...(goal === undefined ? {} : { target: goal }),
        wanted: 'at-least',
      });
    compare('each in its own transaction : raw insert', 'single', 'raw', target);
    compare('coalesced : raw insert', 'coalesced', 'raw', writers === MOST_WRITERS ? 2 : target);
    if (writers === MOST_WRITERS) {
      compare('coalesced : emmett-postgresql', 'coalesced', 'emmett', 1.8);
      compare('coalesced : message-db', 'coalesced', 'messageDb', 2.5);
      compare('each in its own transaction : emmett-postgresql', 'single', 'emmett');
      compare('each in its own transaction : message-db', 'single', 'messageDb');
    }
  }
} finally {
  await server.close();
}
