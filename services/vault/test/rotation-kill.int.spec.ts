import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createSecretKey, type KeyObject, randomBytes, randomInt } from 'node:crypto';
import { servicePrincipal } from '@keyledger/messaging';
import { SecretBytes } from '@keyledger/secrets';
import { newId } from '@keyledger/event-sourcing';
import pg from 'pg';
import { passphraseMasterKeySource } from '../src/adapters/crypto/passphrase.master-key-source.ts';
import { postgresKeyRing } from '../src/adapters/postgres/postgres.key-ring.ts';
import type { MasterKey } from '../src/application/ports/master-key.port.ts';
import type { KnownMasterKey } from '../src/domain/master-key/master-key.parameters.ts';
import { admin, asking, revealKey, type VaultClient } from './vault-client.ts';
import { VaultProcess } from './vault-process.ts';
import { PASSPHRASE, startVaultStack, type VaultStack } from './vault-stack.ts';

jest.setTimeout(200_000);

const DATA_KEYS = 1_500;
const KILLS = 4;

describe('a vault that is killed while it wraps data keys anew', () => {
  let stack: VaultStack;
  let gateway: VaultClient;
  let pool: pg.Pool;

  beforeAll(async () => {
    stack = await startVaultStack();
    gateway = await stack.clientOf('gateway');
    pool = new pg.Pool({ connectionString: stack.database.urlFor('vault') });
  });

  afterAll(async () => {
    await pool.end();
    await stack.close();
  });

  const source = passphraseMasterKeySource({
    read: () => Promise.resolve(SecretBytes.fromText(PASSPHRASE)),
    configuredBy: 'the test',
  });

  const masterKeysOf = async (): Promise<readonly MasterKey[]> => {
    const admins = new pg.Client({ connectionString: stack.database.adminUrl });
    await admins.connect();
    const { rows } = await admins.query<{ data: KnownMasterKey }>(
      `select data from event_store.events where type = 'MasterKeyAdded' order by revision`,
    );
    await admins.end();
    return Promise.all(rows.map(({ data }) => source.open(data)));
  };

  const list = () => gateway.ListMasterKeys({}, asking(admin));

  /** So many keys wait to be wrapped anew that a rotation takes a while. */
  const fillKeyRing = async (): Promise<ReadonlyMap<string, KeyObject>> => {
    const [masterKey] = await masterKeysOf();
    const keyRing = postgresKeyRing(pool);
    const dataKeys = new Map<string, KeyObject>();
    for (let count = 0; count < DATA_KEYS; count += 1) {
      const dataKey = createSecretKey(randomBytes(32));
      const context = { keyId: newId(), purpose: 'secret' } as const;
      await keyRing.add({ ...context, masterKeyId: masterKey!.id, wrapped: await masterKey!.wrap(dataKey, context) });
      dataKeys.set(context.keyId, dataKey);
    }
    return dataKeys;
  };

  const wrapsOfOld = async (masterKeyId: string): Promise<number> => {
    const text = 'select count(*)::int as count from key_ring where master_key_id = $1';
    return (await pool.query<{ count: number }>(text, [masterKeyId])).rows[0]!.count;
  };

  it('at random moments, leaves every data key readable and none on the key that is destroyed', async () => {
    let vault = await VaultProcess.start(stack.environment);
    try {
      const { leaseId } = await stack.approve();
      await stack.heard.until(leaseId, 'LeaseIssued');
      const dataKeys = await fillKeyRing();
      const oldId = (await list()).masterKeys[0]!.masterKeyId;
      expect(await gateway.RotateMasterKey({}, asking(admin))).toMatchObject({ outcome: 'accepted' });
      for (let kills = 0; kills < KILLS; kills += 1) {
        const before = await wrapsOfOld(oldId);
        const goOn = before - randomInt(1, Math.max(2, Math.floor(before / 2)));
        while ((await wrapsOfOld(oldId)) > goOn);
        await vault.kill();
        vault = await VaultProcess.start(stack.environment);
      }
      while ((await list()).rotation?.completedAt === undefined);
      expect((await list()).rotation).toMatchObject({ unreadable: 0 });
      expect(await gateway.RetireMasterKey({ masterKeyId: oldId }, asking(admin))).toMatchObject({
        outcome: 'accepted',
      });
      expect((await list()).masterKeys).toMatchObject([
        { status: 'destroyed', wraps: 0 },
        { status: 'active', wraps: DATA_KEYS + 2 },
      ]);
      const [, active] = await masterKeysOf();
      const keyRing = postgresKeyRing(pool);
      for (const [keyId, dataKey] of dataKeys) {
        const row = await keyRing.find(keyId);
        expect((await active!.unwrap(row!.wrapped, { keyId, purpose: 'secret' })).equals(dataKey)).toBe(true);
      }
      expect(await revealKey(await stack.clientOf('delivery'), leaseId)).toMatch(/^sk-/);
      expect(await gateway.GetHealth({}, asking(servicePrincipal('gateway')))).toMatchObject({
        parts: { 'master-key': { status: 'up' } },
      });
    } finally {
      await vault.kill();
    }
  });
});
