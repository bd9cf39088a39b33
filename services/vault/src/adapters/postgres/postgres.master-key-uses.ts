import { translated } from '@keyledger/event-store-postgres';
import { AppError } from '@keyledger/errors';
import { inTransaction } from '@keyledger/projections-postgres';
import type pg from 'pg';
import type { MasterKeyUses } from '../../application/ports/master-key-uses.port.ts';

const RESERVE = `insert into master_key_uses as stored (master_key_id, uses) values ($1, $2)
  on conflict (master_key_id) do update set uses = stored.uses + $2 where stored.retired_at is null
  returning uses`;

const ENSURE =
  'insert into master_key_uses (master_key_id, uses) values ($1, 0) on conflict (master_key_id) do nothing';
const LOCK = 'select from master_key_uses where master_key_id = $1 for update';
/** A statement of its own: it sees every row whose writer the lock had to wait for. */
const RETIRE = `update master_key_uses set retired_at = coalesce(retired_at, now())
  where master_key_id = $1 and not exists (select from key_ring where master_key_id = $1)`;

const retire = (pool: pg.Pool, masterKeyId: string): Promise<'retired' | 'still-wraps'> =>
  inTransaction(pool, async (client) => {
    await client.query(ENSURE, [masterKeyId]);
    await client.query(LOCK, [masterKeyId]);
    const { rowCount } = await client.query(RETIRE, [masterKeyId]);
    return rowCount === 1 ? 'retired' : 'still-wraps';
  });

export const postgresMasterKeyUses = (pool: pg.Pool): MasterKeyUses => ({
  reserve: async (masterKeyId, uses) => {
    const { rows } = await translated(pool.query<{ uses: string }>(RESERVE, [masterKeyId, uses]));
    if (rows[0] === undefined) throw new AppError('sealed', 'The master key is retired');
    return Number(rows[0].uses);
  },

  counts: async () => {
    const text = 'select master_key_id, uses from master_key_uses';
    const { rows } = await translated(pool.query<{ master_key_id: string; uses: string }>(text));
    return new Map(rows.map(({ master_key_id: masterKeyId, uses }) => [masterKeyId, Number(uses)]));
  },

  retire: (masterKeyId) => retire(pool, masterKeyId),
});
