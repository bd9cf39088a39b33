import { AppError } from '@keyledger/errors';
import {
  type AppendResult,
  type ExpectedRevision,
  type StreamName,
  WrongExpectedRevision,
} from '@keyledger/event-sourcing';
import type pg from 'pg';
import { isUniqueViolation } from './database-fault.ts';
import { toPosition } from './position.ts';
import type { StorableEvent } from './storable.ts';

export interface Append {
  readonly stream: StreamName;
  readonly events: readonly StorableEvent[];
  readonly expected: ExpectedRevision;
}

export type AppendOutcome = AppendResult | AppError;

const asNumber = (expected: ExpectedRevision): string => (expected === 'no-stream' ? '-1' : expected.toString());

const asRevision = (number: string | null): ExpectedRevision => (number === null ? 'no-stream' : BigInt(number));

interface WrittenRow {
  readonly stream: StreamName;
  readonly revision: string;
  readonly tx: string;
  readonly position: string;
}

const resultOf = (row: Omit<WrittenRow, 'stream'>): AppendResult => ({
  revision: BigInt(row.revision),
  position: toPosition(row),
});

/**
 * Writes appends to different streams in one transaction and says of each what became of it. Throws when the statement as
 * a whole fails: nothing is written then, unless the connection was lost, which leaves it open.
 */
export const appendAll = async (pool: pg.Pool, appends: readonly Append[]): Promise<AppendOutcome[]> => {
  const [first, ...others] = appends;
  if (first?.events[0] !== undefined && first.events.length === 1 && others.length === 0) {
    return [(await appendOne(pool, first, first.events[0])) ?? (await outcomeOfUnwritten(pool, first))];
  }
  const written = await appendSeveral(pool, appends);
  return Promise.all(appends.map((append) => written.get(append.stream) ?? outcomeOfUnwritten(pool, append)));
};

const appendOne = async (
  pool: pg.Pool,
  { stream, expected }: Append,
  event: StorableEvent,
): Promise<AppendResult | undefined> => {
  const before = asNumber(expected);
  const appending = pool.query<{ place: string | null }>({
    name: 'event-store-append-one',
    text: 'select event_store.append_one($1, $2, $3, $4, $5, $6, $7) as place',
    values: [stream, before, event.id, event.type, event.schemaVersion, event.data, event.metadata],
  });
  const result = await appending.catch((error: unknown) => {
    if (isUniqueViolation(error)) return undefined; // another writer was faster, or the event is stored already
    throw error;
  });
  const [tx, position] = result?.rows[0]?.place?.split(':') ?? [];
  if (tx === undefined || position === undefined) return undefined;
  return { revision: BigInt(before) + 1n, position: toPosition({ tx, position }) };
};

const appendSeveral = async (
  pool: pg.Pool,
  appends: readonly Append[],
): Promise<ReadonlyMap<StreamName, AppendResult>> => {
  const events = appends.flatMap((append) => append.events);
  const { rows } = await pool.query<WrittenRow>({
    name: 'event-store-append',
    text: `select stream, revision::text as revision, tx, position::text as position
      from event_store.append($1, $2, $3, $4, $5, $6, $7, $8)`,
    values: [
      appends.map(({ stream }) => stream),
      appends.map(({ expected }) => asNumber(expected)),
      appends.map(({ events: { length } }) => length),
      events.map(({ id }) => id),
      events.map(({ type }) => type),
      events.map(({ schemaVersion }) => schemaVersion),
      events.map(({ data }) => data),
      events.map(({ metadata }) => metadata),
    ],
  });
  return new Map(rows.map((row) => [row.stream, resultOf(row)]));
};

interface UnwrittenRow {
  readonly is_own: boolean;
  readonly actual: string | null;
  readonly known: number;
  readonly repeated: number;
  readonly revision: string;
  readonly tx: string;
  readonly position: string;
}

/** Why the append was not written: not allowed, repeated, overlapping with what is stored, or in conflict. */
const outcomeOfUnwritten = async (pool: pg.Pool, { stream, events, expected }: Append): Promise<AppendOutcome> => {
  const { rows } = await pool.query<UnwrittenRow>({
    name: 'event-store-explain-append',
    text: `select split_part($1, '-', 1) = any (event_store.readable_categories()) as is_own,
        (select max(e.revision)::text from event_store.events e where e.stream = $1) as actual,
        count(e.event_id)::int as known,
        count(*) filter (where e.stream = $1 and e.revision = $2::bigint + n.n)::int as repeated,
        max(e.revision)::text as revision, max(e.tx::text) as tx, max(e.position)::text as position
      from unnest($3::uuid[]) with ordinality n(id, n) left join event_store.events e on e.event_id = n.id`,
    values: [stream, asNumber(expected), events.map(({ id }) => id)],
  });
  const [row] = rows;
  if (row === undefined) throw new Error('An aggregate without groups returned no row');
  if (!row.is_own) return new AppError('forbidden', `This database role may not append to ${stream}`);
  if (row.repeated === events.length) return resultOf(row);
  if (row.known > 0) return new AppError('append-overlap', `Stream ${stream} holds a part of this append`);
  return new WrongExpectedRevision(stream, expected, asRevision(row.actual));
};
