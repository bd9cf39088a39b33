import type { ReadStreamOptions, RecordedEvent, StreamName, StreamStretch } from '@keyledger/event-sourcing';
import type pg from 'pg';
import { translated } from './database-fault.ts';
import { EVENT_COLUMNS, type EventRow, toRecordedEvent } from './recorded-event.ts';

/** A page is a range of revisions and needs no limit, which would tempt the planner to sort all that follows. */
const STATEMENTS = {
  forwards: {
    name: 'event-store-read-stream',
    text: `select ${EVENT_COLUMNS} from event_store.events e
      where e.stream = $1 and e.revision between $2::bigint and least(9223372036854775807 - $3::bigint, $2::bigint) + $3::bigint - 1
      order by e.revision`,
  },
  backwards: {
    name: 'event-store-read-stream-backwards',
    text: `select ${EVENT_COLUMNS} from event_store.events e
      where e.stream = $1 and e.revision <= $2::bigint and e.revision > least($2::bigint, (
        select l.revision from event_store.events l where l.stream = $1 order by l.revision desc limit 1
      )) - $3::bigint order by e.revision desc`,
  },
} as const;

const LAST_REVISION = 2n ** 63n - 1n;

/** Reads page by page, each beginning behind the last event of the one before. */
export async function* readStream(
  pool: pg.Pool,
  stream: StreamName,
  { direction = 'forwards', from, limit = Infinity }: ReadStreamOptions,
  pageSize: number,
): AsyncGenerator<RecordedEvent, void, undefined> {
  let next = from ?? (direction === 'forwards' ? 0n : LAST_REVISION);
  for (let left = limit; left > 0;) {
    const size = Math.min(left, pageSize);
    const { rows } = await translated(
      pool.query<EventRow>({ ...STATEMENTS[direction], values: [stream, next.toString(), size] }),
    );
    for (const row of rows) yield toRecordedEvent(row);
    const last = rows.at(-1);
    if (last === undefined || rows.length < size) return;
    left -= rows.length;
    next = direction === 'forwards' ? BigInt(last.revision) + 1n : BigInt(last.revision) - 1n;
  }
}

/** Of each stream a page at most, so that the first page of many long streams is not all of them. */
const SEVERAL = {
  name: 'event-store-read-streams',
  text: `select ${EVENT_COLUMNS} from unnest($1::text[], $2::bigint[]) with ordinality w(stream, since, n)
    cross join lateral (
      select * from event_store.events o
      where o.stream = w.stream and o.revision >= w.since order by o.revision limit $3
    ) e order by w.n, e.revision limit $3`,
};

/** Reads page by page; the next one begins in the stream in which the one before ended. */
export async function* readStreams(
  pool: pg.Pool,
  stretches: readonly StreamStretch[],
  pageSize: number,
): AsyncGenerator<RecordedEvent, void, undefined> {
  let left = stretches;
  while (left.length > 0) {
    const values = [left.map(({ stream }) => stream), left.map(({ from }) => from.toString()), pageSize];
    const { rows } = await translated(pool.query<EventRow>({ ...SEVERAL, values }));
    for (const row of rows) yield toRecordedEvent(row);
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageSize) return;
    const reached = left.findIndex(({ stream }) => stream === last.stream);
    left = [{ stream: last.stream, from: BigInt(last.revision) + 1n }, ...left.slice(reached + 1)];
  }
}
