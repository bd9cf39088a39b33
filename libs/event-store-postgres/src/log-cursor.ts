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

type Stretch = Omit<LogPage, 'events'>;

/**
 * Reads the settled part of the log page by page: only events of transactions older than every one still running, so that
 * nothing can appear behind the place reached. First it asks where the next stretch of so many events ends, foreign and
 * left-out ones counted, then for the events in it; what lies within a stretch is the same for ever. So each statement
 * touches a bounded part of the log, however little the filter lets pass.
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
    const stretch = await this.#nextStretch(limit);
    const rows = stretch.end === this.#place ? [] : await this.#rowsUpTo(stretch.end);
    this.#place = stretch.end;
    return { ...stretch, events: rows.map(toRecordedEvent) };
  }

  async #nextStretch(size: number): Promise<Stretch> {
    const { rows } = await translated(
      this.#pool.query<{ tx: string | null; position: string; is_end: boolean; newest_tx: string | null }>({
        name: 'event-store-settled-stretch',
        text: `select s.tx::text as tx, s.position::text as position, s.is_end, s.newest_tx::text as newest_tx
          from event_store.settled_stretch($1, $2, $3) s`,
        values: [this.#place.tx, this.#place.position, size],
      }),
    );
    const [row] = rows;
    if (row === undefined) throw new Error('event_store.settled_stretch returns one row');
    return {
      end: row.tx === null ? this.#place : { tx: row.tx, position: row.position },
      isEnd: row.is_end,
      newestTx: row.newest_tx ?? undefined,
    };
  }

  /** Without a limit, which would tempt the planner to sort all that follows. */
  async #rowsUpTo(end: Place): Promise<EventRow[]> {
    const { rows } = await translated(
      this.#pool.query<EventRow>({
        name: 'event-store-read-stretch',
        text: `select ${EVENT_COLUMNS} from event_store.events e
          where (e.tx, e.position) > ($1, $2) and (e.tx, e.position) <= ($3, $4)
            and ($5::text[] is null or e.category = any ($5)) and ($6::text[] is null or e.type = any ($6))
          order by e.tx, e.position`,
        values: [
          ...[this.#place.tx, this.#place.position, end.tx, end.position],
          ...[this.#filter.categories ?? null, this.#filter.types ?? null],
        ],
      }),
    );
    return rows;
  }
}

/** True when committed events exist that an older transaction, still running, keeps from being delivered. */
export const hasUnsettled = ({ end, newestTx }: LogPage): boolean =>
  newestTx !== undefined && BigInt(newestTx) > BigInt(end.tx);
