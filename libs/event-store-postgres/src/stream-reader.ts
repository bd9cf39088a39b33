import type { ReadStreamOptions, RecordedEvent, StreamName } from '@keyledger/event-sourcing';
import type pg from 'pg';
import { translated } from './database-fault.ts';
import { EVENT_COLUMNS, type EventRow, toRecordedEvent } from './recorded-event.ts';

const STATEMENTS = {
  forwards: {
    name: 'event-store-read-stream',
    text: `select ${EVENT_COLUMNS} from event_store.events e
      where e.stream = $1 and e.revision >= $2 order by e.revision limit $3`,
  },
  backwards: {
    name: 'event-store-read-stream-backwards',
    text: `select ${EVENT_COLUMNS} from event_store.events e
      where e.stream = $1 and e.revision <= $2 order by e.revision desc limit $3`,
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
