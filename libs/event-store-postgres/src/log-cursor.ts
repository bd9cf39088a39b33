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

/** A part of the log that can no longer change. */
interface Stretch {
  readonly end: Place;
  readonly isEnd: boolean;
  readonly newestTx: string | undefined;
}

/** Events looked at for one page at most, so that a filter that lets little pass does not scan the log in one statement. */
const STRETCH_EVENTS = 10_000;

/**
 * Reads the settled part of the log page by page: only events of transactions older than every one still running, so that
 * nothing can appear behind the place reached. Places and events come in two statements; what lies within a stretch is
 * the same for ever.
 */
export class LogCursor {
  readonly #pool: pg.Pool;
  readonly #filter: EventFilter;
  #place: Place;
  #stretch: Stretch | undefined;

  constructor(pool: pg.Pool, after: Place, filter: EventFilter = {}) {
    this.#pool = pool;
    this.#place = after;
    this.#filter = filter;
  }

  /** The next page, of at most `limit` events. May be empty although more follows. Repeatable after an error. */
  async next(limit: number): Promise<LogPage> {
    const isFresh = this.#stretch === undefined;
    const stretch = (this.#stretch ??= await this.#nextStretch());
    const hasEvents = stretch.end !== this.#place;
    const events = hasEvents ? await this.#eventsUpTo(stretch.end, limit) : [];
    const last = events.at(-1);
    const isFull = last !== undefined && events.length === limit;
    this.#place = isFull ? { tx: last.tx, position: last.position } : stretch.end;
    if (!isFull) this.#stretch = undefined;
    return {
      events: events.map(toRecordedEvent),
      end: this.#place,
      isEnd: stretch.isEnd && isFresh && !isFull,
      newestTx: stretch.newestTx,
    };
  }

  async #nextStretch(): Promise<Stretch> {
    const { rows } = await translated(
      this.#pool.query<{ tx: string | null; position: string; is_end: boolean; newest_tx: string | null }>({
        name: 'event-store-settled-stretch',
        text: `select s.tx::text as tx, s.position::text as position, s.is_end, s.newest_tx::text as newest_tx
          from event_store.settled_stretch($1, $2, $3) s`,
        values: [this.#place.tx, this.#place.position, STRETCH_EVENTS],
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

  async #eventsUpTo(end: Place, limit: number): Promise<EventRow[]> {
    const { rows } = await translated(
      this.#pool.query<EventRow>({
        name: 'event-store-read-page',
        text: `select ${EVENT_COLUMNS} from event_store.events e
          where (e.tx, e.position) > ($1, $2) and (e.tx, e.position) <= ($3, $4)
            and ($5::text[] is null or e.category = any ($5)) and ($6::text[] is null or e.type = any ($6))
          order by e.tx, e.position limit $7`,
        values: [
          ...[this.#place.tx, this.#place.position, end.tx, end.position],
          ...[this.#filter.categories ?? null, this.#filter.types ?? null, limit],
        ],
      }),
    );
    return rows;
  }
}

/** True when committed events exist that an older transaction, still running, keeps from being delivered. */
export const hasUnsettled = ({ end, newestTx }: LogPage): boolean =>
  newestTx !== undefined && BigInt(newestTx) > BigInt(end.tx);
