import { translated } from '@keyledger/event-store-postgres';
import { AppError } from '@keyledger/errors';
import type pg from 'pg';
import type { KeyRing, KeyShredder, WrappedKey } from '../../application/ports/key-ring.port.ts';
import { type KeyRingRow, NOT_RETIRED, toKey } from './key-ring-row.ts';

const INSERT = `insert into key_ring (key_id, purpose, master_key_id, wrapped)
  select $1::uuid, $2, $3::uuid, $4 where ${NOT_RETIRED}`;

/** Sorted, so that two that store the same keys never wait for each other. */
const INSERT_MANY = `insert into key_ring (key_id, purpose, master_key_id, wrapped)
  select k.key_id, k.purpose, $3::uuid, k.wrapped
  from unnest($1::uuid[], $2::text[], $4::bytea[]) k(key_id, purpose, wrapped) where ${NOT_RETIRED} order by k.key_id`;

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
    addMany: async (keys) => {
      const [masterKeyId, ...others] = new Set(keys.map((key) => key.masterKeyId));
      if (masterKeyId === undefined) return;
      if (others.length > 0) throw new Error('Keys of several master keys are not stored together');
      const values = [
        keys.map(({ keyId }) => keyId),
        keys.map(({ purpose }) => purpose),
        masterKeyId,
        keys.map(({ wrapped }) => Buffer.from(wrapped)),
      ];
      const { rowCount } = await translated(pool.query({ name: 'key-ring-add-many', text: INSERT_MANY, values }));
      if (rowCount !== keys.length) throw retired();
    },
    find,
    findMany: async (keyIds) => {
      const text = 'select key_id, purpose, master_key_id, wrapped from key_ring where key_id = any($1::uuid[])';
      const query = { name: 'key-ring-find-many', text, values: [keyIds] };
      const { rows } = await translated(pool.query<KeyRingRow>(query));
      return new Map(rows.map((row) => [row.key_id, toKey(row)]));
    },
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
