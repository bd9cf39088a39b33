import {
  defineEvent,
  eventCodec,
  type EventOf,
  newId,
  type RecordedEvent,
  type StreamName,
  streamName,
} from '@keyledger/event-sourcing';
import { PostgresEventStore } from '@keyledger/event-store-postgres';
import type pg from 'pg';
import { z } from 'zod';
import { benchServer } from './bench-database.ts';
import { printTitle, report } from './report.ts';
import { takeTurns } from './rounds.ts';
import { sampleEvent } from './sample-events.ts';

const EVENTS = Number(process.env.BENCH_EVENTS ?? 20_000);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 9);
const TARGET = 0.6;

/** The columns that replay needs, and the same parsing of JSON by the driver. */
const COLUMNS = `e.event_id, e.type, e.schema_version, e.data, e.metadata, e.stream, e.revision::text as revision,
  e.tx::text as tx, e.position::text as position, (e.recorded_at at time zone 'UTC')::text as recorded_at`;

const lease = z.object({ leaseId: z.string(), holder: z.string(), budget: z.object({ limit: z.number() }) });

/** Version 1 had an amount in a currency; every second stored event is of that version. */
const definitions = {
  LeaseIssued: defineEvent(lease, [
    (data) => {
      const { budget, ...rest } = data as { budget: { amount: number } };
      return { ...rest, budget: { limit: budget.amount } };
    },
  ]),
};
const codec = eventCodec(definitions);

interface Leases {
  readonly count: number;
  readonly budget: number;
  readonly holder: string;
}

const evolve = ({ count, budget }: Leases, { data }: EventOf<typeof definitions>): Leases => ({
  count: count + 1,
  budget: budget + data.budget.limit,
  holder: data.holder,
});

const replay = async (events: AsyncIterable<RecordedEvent>): Promise<number> => {
  let state: Leases = { count: 0, budget: 0, holder: '' };
  for await (const event of events) state = evolve(state, codec.decode(event));
  return state.count;
};

const select = async (pool: pg.Pool, name: string, text: string, values: unknown[]): Promise<number> =>
  (await pool.query({ name, text, values })).rows.length;

const perSecond = async (work: () => Promise<number>): Promise<number> => {
  const startedAt = performance.now();
  const count = await work();
  if (count !== EVENTS) throw new Error(`Read ${count} of ${EVENTS} events`);
  return (count * 1000) / (performance.now() - startedAt);
};

const fill = async (store: PostgresEventStore, stream: StreamName): Promise<void> => {
  const page = 1000;
  for (let from = 0; from < EVENTS; from += page) {
    const events = Array.from({ length: Math.min(page, EVENTS - from) }, (_, index) => {
      const event = sampleEvent();
      const { budget, ...rest } = event.data as { budget: { amount: number } };
      const current = { schemaVersion: 2, data: { ...rest, budget: { limit: budget.amount } } };
      return index % 2 === 0 ? event : { ...event, ...current };
    });
    await store.append(stream, events, from === 0 ? 'no-stream' : BigInt(from - 1));
  }
};

const server = await benchServer();
try {
  const bench = await server.createDatabase();
  const pool = bench.pool(4);
  const store = new PostgresEventStore({ pool });
  server.closeFirst(store);
  const stream = streamName('lease', newId());
  await fill(store, stream);
  const ofStream = `select ${COLUMNS} from event_store.events e where e.stream = $1 order by e.revision`;
  const ofLog = `select ${COLUMNS} from event_store.events e where e.tx < pg_snapshot_xmin(pg_current_snapshot())
    order by e.tx, e.position`;
  const results = await takeTurns(
    {
      streamSelect: () => perSecond(() => select(pool, 'raw-stream', ofStream, [stream])),
      stream: () => perSecond(() => replay(store.readStream(stream))),
      logSelect: () => perSecond(() => select(pool, 'raw-log', ofLog, [])),
      log: () => perSecond(() => replay(store.readAll())),
    },
    ROUNDS,
  );
  printTitle(`Replay of ${EVENTS} events through decode, upcast and fold, events per second`);
  for (const [name, ours, baseline] of [
    ['one stream : the same SELECT, rows parsed', 'stream', 'streamSelect'],
    ['the whole log : the same SELECT, rows parsed', 'log', 'logSelect'],
  ] as const) {
    report({
      name,
      ours: results.of(ours),
      baseline: results.of(baseline),
      ratio: results.ratio(ours, baseline),
      unit: '/s',
      target: TARGET,
      wanted: 'at-least',
    });
  }
} finally {
  await server.close();
}
