import { translated } from '@keyledger/event-store-postgres';
import type pg from 'pg';
import type { KeyRing, WrappedKey } from '../../application/ports/key-ring.port.ts';

interface Row {
  readonly key_id: string;
  readonly purpose: WrappedKey['purpose'];
  readonly master_key_id: string;
  readonly wrapped: Buffer;
}

const toKey = ({ key_id: keyId, purpose, master_key_id: masterKeyId, wrapped }: Row): WrappedKey => ({
  keyId,
  purpose,
  masterKeyId,
  wrapped: Uint8Array.from(wrapped),
});

const INSERT = 'insert into key_ring (key_id, purpose, master_key_id, wrapped) values ($1, $2, $3, $4)';

const valuesOf = ({ keyId, purpose, masterKeyId, wrapped }: WrappedKey): unknown[] => [
  keyId,
  purpose,
  masterKeyId,
  Buffer.from(wrapped),
];

export const postgresKeyRing = (pool: pg.Pool): KeyRing => {
  const find = async (keyId: string): Promise<WrappedKey | undefined> => {
    const text = 'select key_id, purpose, master_key_id, wrapped from key_ring where key_id = $1';
    const { rows } = await translated(pool.query<Row>({ name: 'key-ring-find', text, values: [keyId] }));
    return rows[0] === undefined ? undefined : toKey(rows[0]);
  };

  return {
    add: async (key) => {
      await translated(pool.query({ name: 'key-ring-add', text: INSERT, values: valuesOf(key) }));
    },
    find,
    findOrAdd: async (key) => {
      await translated(pool.query(`${INSERT} on conflict (key_id) do nothing`, valuesOf(key)));
      const stored = await find(key.keyId);
      if (stored === undefined) throw new Error('A key of the key ring vanished while it was stored');
      return stored;
    },
    isEmpty: async () => {
      const { rows } = await translated(pool.query<{ used: boolean }>('select exists (select from key_ring) as used'));
      return rows[0]?.used !== true;
    },
  };
};
