import type { EventFilter, RecordedEvent } from '@keyledger/event-sourcing';
import type pg from 'pg';
import { translated } from './database-fault.ts';
import type { Place } from './position.ts';
import { EVENT_COLUMNS, type EventRow, toRecordedEvent } from './recorded-event.ts';

export interface LogPage {
  readonly events: readonly RecordedEvent[];
  /** Everything up to here is delivered or left out. */
  readonly end: Place;
  /** The settled part of the log ended here at the moment of reading. */
  readonly isEnd: boolean;
  /** Transaction of the newest committed event of the whole log at that moment, settled or not. */
  readonly newestTx: string | undefined;
}

/** Without an event, one of the columns `EVENT_COLUMNS` names is null, and so are all of them. */
type StretchRow = Omit<EventRow, 'id'> & {
  readonly id: string | null;
  readonly end_tx: string | null;
  readonly end_position: string;
  readonly is_end: boolean;
  readonly newest_tx: string | null;
};

const hasEvent = (row: StretchRow): row is StretchRow & EventRow => row.id !== null;

/**
 * Reads the settled part of the log page by page: only events of transactions older than every one still running, so that
 * nothing can appear behind the place reached. A page is what the filter lets pass of the next stretch of so many events,
 * foreign and left-out ones counted, so each statement touches a bounded part of the log.
 */
export class LogCursor {
  readonly #pool: pg.Pool;
  readonly #filter: EventFilter;
  #place: Place;

  constructor(pool: pg.Pool, after: Place, filter: EventFilter = {}) {
    this.#pool = pool;
    this.#place = after;
    this.#filter = filter;
  }

  /** The next page, of at most `limit` events; may be empty although more follows. Repeatable after an error. */
  async next(limit: number): Promise<LogPage> {
    const { rows } = await translated(
      this.#pool.query<StretchRow>({
        name: 'event-store-read-stretch',
        text: `select ${EVENT_COLUMNS}, e.end_tx::text as end_tx, e.end_position::text as end_position, e.is_end,
            e.newest_tx::text as newest_tx
          from event_store.read_stretch($1, $2, $3, $4, $5) e`,
        values: [
          ...[this.#place.tx, this.#place.position, limit],
          ...[this.#filter.categories ?? null, this.#filter.types ?? null],
        ],
      }),
    );
    const [row] = rows;
    if (row === undefined) throw new Error('event_store.read_stretch returns at least one row');
    const { end_tx, end_position, is_end, newest_tx } = row;
    // The same object when nothing is new: a subscription recognises by it that it has not moved.
    if (end_tx !== null) this.#place = { tx: end_tx, position: end_position };
    return {
      events: rows.filter(hasEvent).map(toRecordedEvent),
      end: this.#place,
      isEnd: is_end,
      newestTx: newest_tx ?? undefined,
    };
  }
}

/** True when committed events exist that an older transaction, still running, keeps from being delivered. */
export const hasUnsettled = ({ end, newestTx }: LogPage): boolean =>
  newestTx !== undefined && BigInt(newestTx) > BigInt(end.tx);
