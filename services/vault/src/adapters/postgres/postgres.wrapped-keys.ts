import { translated } from '@keyledger/event-store-postgres';
import type pg from 'pg';
import type { WrappedKeys } from '../../application/ports/wrapped-keys.port.ts';
import { NOT_RETIRED, toKey, type KeyRingRow } from './key-ring-row.ts';

const PAGE = `select key_id, purpose, master_key_id, wrapped from key_ring
  where master_key_id = $1 and ($2::uuid is null or key_id > $2) order by key_id limit $3`;

const ALL = `select key_id, purpose, master_key_id, wrapped from key_ring
  where $1::uuid is null or key_id > $1 order by key_id limit $2`;

const REWRAP = `update key_ring set master_key_id = $3, wrapped = $4
  where key_id = $1 and master_key_id = $2 and wrapped = $5 and ${NOT_RETIRED}`;

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

  rewrap: async (previous, next) => {
    const values = [
      previous.keyId,
      previous.masterKeyId,
      next.masterKeyId,
      Buffer.from(next.wrapped),
      Buffer.from(previous.wrapped),
    ];
    const { rowCount } = await translated(pool.query({ name: 'key-ring-rewrap', text: REWRAP, values }));
    return rowCount === 1;
  },
});
