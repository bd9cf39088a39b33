import { translated } from '@keyledger/event-store-postgres';
import { AppError } from '@keyledger/errors';
import type pg from 'pg';
import type { KeyRing, KeyShredder, WrappedKey } from '../../application/ports/key-ring.port.ts';
import { type KeyRingRow, NOT_RETIRED, toKey } from './key-ring-row.ts';

const INSERT = `insert into key_ring (key_id, purpose, master_key_id, wrapped)
  select $1::uuid, $2, $3::uuid, $4 where ${NOT_RETIRED}`;

const valuesOf = ({ keyId, purpose, masterKeyId, wrapped }: WrappedKey): unknown[] => [
  keyId,
  purpose,
  masterKeyId,
  Buffer.from(wrapped),
];

const retired = (): AppError => new AppError('sealed', 'The master key is retired');

/** Locked in the order of their ids, as when keys are wrapped anew. */
const SHRED = `delete from key_ring where key_id in (
    select key_id from key_ring where key_id = any($1::uuid[]) and purpose = 'secret' order by key_id for update
  )`;

export const postgresKeyShredder: KeyShredder<pg.ClientBase> = {
  shred: async (keyIds, tx) => {
    await tx.query(SHRED, [keyIds]);
  },
};

export const postgresKeyRing = (pool: pg.Pool): KeyRing => {
  const find = async (keyId: string): Promise<WrappedKey | undefined> => {
    const text = 'select key_id, purpose, master_key_id, wrapped from key_ring where key_id = $1';
    const { rows } = await translated(pool.query<KeyRingRow>({ name: 'key-ring-find', text, values: [keyId] }));
    return rows[0] === undefined ? undefined : toKey(rows[0]);
  };

  return {
    add: async (key) => {
      const { rowCount } = await translated(pool.query({ name: 'key-ring-add', text: INSERT, values: valuesOf(key) }));
      if (rowCount !== 1) throw retired();
    },
    find,
    findOrAdd: async (key) => {
      await translated(pool.query(`${INSERT} on conflict (key_id) do nothing`, valuesOf(key)));
      const stored = await find(key.keyId);
      if (stored === undefined) throw retired();
      return stored;
    },
    shred: async (keyIds) => {
      await translated(pool.query(SHRED, [keyIds]));
    },
    isEmpty: async () => {
      const { rows } = await translated(pool.query<{ used: boolean }>('select exists (select from key_ring) as used'));
      return rows[0]?.used !== true;
    },
  };
};
