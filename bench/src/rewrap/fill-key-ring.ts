import { createSecretKey, randomBytes } from 'node:crypto';
import { newId } from '@keyledger/event-sourcing';
import { SecretBytes } from '@keyledger/secrets';
import { passphraseMasterKeySource } from '@keyledger/service-vault/src/adapters/crypto/passphrase.master-key-source.ts';
import type { MasterKey } from '@keyledger/service-vault/src/application/ports/master-key.port.ts';
import type { KnownMasterKey } from '@keyledger/service-vault/src/domain/master-key/master-key.parameters.ts';
import type pg from 'pg';

const AT_ONCE = 5_000;

const INSERT = `insert into vault.key_ring (key_id, purpose, master_key_id, wrapped)
  select key_id, 'secret', $2, wrapped from unnest($1::uuid[], $3::bytea[]) as made (key_id, wrapped)`;

const onlyMasterKey = async (database: pg.ClientBase, passphrase: string): Promise<MasterKey> => {
  const text = `select data from event_store.events where type = 'MasterKeyAdded'`;
  const { rows } = await database.query<{ data: KnownMasterKey }>(text);
  const [known] = rows;
  if (known === undefined || rows.length > 1) throw new Error(`There are ${rows.length} master keys`);
  const read = (): Promise<SecretBytes> => Promise.resolve(SecretBytes.fromText(passphrase));
  return passphraseMasterKeySource({ read, configuredBy: 'the benchmark' }).open(known.data);
};

/** Puts data keys into the key ring, wrapped by the master key of the vault as if it had made them itself. */
export const fillKeyRing = async (database: pg.ClientBase, passphrase: string, count: number): Promise<void> => {
  const masterKey = await onlyMasterKey(database, passphrase);
  for (let done = 0; done < count; done += AT_ONCE) {
    const keyIds = Array.from({ length: Math.min(AT_ONCE, count - done) }, () => newId());
    const wrapped = await Promise.all(
      keyIds.map(async (keyId) => {
        const dataKey = createSecretKey(randomBytes(32));
        return Buffer.from(await masterKey.wrap(dataKey, { keyId, purpose: 'secret' }));
      }),
    );
    await database.query(INSERT, [keyIds, masterKey.id, wrapped]);
  }
  await database.query('vacuum (analyze) vault.key_ring');
};
