import type pg from 'pg';
import { translated } from './database-fault.ts';

/** A transaction that was open while events were committed after its beginning. */
export interface OpenTransaction {
  /** Of the session; absent for a prepared transaction. */
  readonly pid?: number;
  readonly role: string;
  readonly database: string;
  /** Name that the session gives itself, or of the prepared transaction. */
  readonly application: string;
  /** For example `idle in transaction`. */
  readonly state: string;
  readonly openForMs: number;
}

export interface HeldBack {
  /** How long the oldest of the events has been waiting. */
  readonly forMs: number;
  /** Who holds them back; absent when that ended while it was looked for. */
  readonly by?: OpenTransaction;
}

interface Row {
  readonly held_for_ms: number;
  readonly pid: number | null;
  readonly role: string | null;
  readonly database: string | null;
  readonly application: string | null;
  readonly state: string | null;
  readonly open_for_ms: number | null;
}

const holderOf = ({ pid, role, database, application, state, open_for_ms }: Row): OpenTransaction | undefined =>
  open_for_ms === null
    ? undefined
    : {
        ...(pid === null ? {} : { pid }),
        role: role ?? '',
        database: database ?? '',
        application: application ?? '',
        state: state ?? '',
        openForMs: open_for_ms,
      };

/** Committed events that readers are not given yet; `undefined` when there are none. */
export const heldBack = async (pool: pg.Pool): Promise<HeldBack | undefined> => {
  const { rows } = await translated(
    pool.query<Row>({
      name: 'event-store-held-back',
      text: `select extract(epoch from h.held_for)::float8 * 1000 as held_for_ms, h.pid, h.role, h.database, h.application,
          h.state, extract(epoch from h.open_for)::float8 * 1000 as open_for_ms
        from event_store.held_back() h`,
    }),
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  const by = holderOf(row);
  return { forMs: row.held_for_ms, ...(by === undefined ? {} : { by }) };
};
