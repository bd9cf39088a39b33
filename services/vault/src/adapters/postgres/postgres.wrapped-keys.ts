import { translated } from '@keyledger/event-store-postgres';
import type pg from 'pg';
import type { WrappedKeys } from '../../application/ports/wrapped-keys.port.ts';
import { NOT_RETIRED, toKey, type KeyRingRow } from './key-ring-row.ts';

const PAGE = `select key_id, purpose, master_key_id, wrapped from key_ring
  where master_key_id = $1 and ($2::uuid is null or key_id > $2) order by key_id limit $3`;

const ALL = `select key_id, purpose, master_key_id, wrapped from key_ring
  where $1::uuid is null or key_id > $1 order by key_id limit $2`;

/** Rows are locked in the order of their ids, as by everybody who changes several: nobody waits for each other in a circle. */
const REWRAP = `with locked as materialized (
    select key_id from key_ring where key_id = any($1::uuid[]) order by key_id for update
  )
  update key_ring stored set master_key_id = $3::uuid, wrapped = change.wrapped
  from unnest($1::uuid[], $2::uuid[], $4::bytea[], $5::bytea[]) as change (key_id, master_key_id, wrapped, previous)
  join locked using (key_id)
  where stored.key_id = change.key_id and stored.master_key_id = change.master_key_id
    and stored.wrapped = change.previous and ${NOT_RETIRED}
  returning stored.key_id`;

export const postgresWrappedKeys = (pool: pg.Pool): WrappedKeys => ({
  census: async () => {
    const text = 'select master_key_id, count(*)::int as count from key_ring group by master_key_id';
    const { rows } = await translated(pool.query<{ master_key_id: string; count: number }>(text));
    return new Map(rows.map(({ master_key_id: masterKeyId, count }) => [masterKeyId, count]));
  },

  wrappedBy: async (masterKeyId, { after, limit }) => {
    const { rows } = await translated(pool.query<KeyRingRow>(PAGE, [masterKeyId, after ?? null, limit]));
    return rows.map(toKey);
  },

  all: async ({ after, limit }) => {
    const { rows } = await translated(pool.query<KeyRingRow>(ALL, [after ?? null, limit]));
    return rows.map(toKey);
  },

  rewrap: async (masterKeyId, changes) => {
    const values = [
      changes.map(({ previous }) => previous.keyId),
      changes.map(({ previous }) => previous.masterKeyId),
      masterKeyId,
      changes.map(({ wrapped }) => Buffer.from(wrapped)),
      changes.map(({ previous }) => Buffer.from(previous.wrapped)),
    ];
    const query = { name: 'key-ring-rewrap', text: REWRAP, values };
    const { rows } = await translated(pool.query<{ key_id: string }>(query));
    return new Set(rows.map(({ key_id: keyId }) => keyId));
  },
});
