import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { setTimeout as after } from 'node:timers/promises';
import { AppError } from '@keyledger/errors';
import { SecretBytes } from '@keyledger/secrets';
import { newId } from '@keyledger/event-sourcing';
import fc from 'fast-check';
import { testPool } from '@keyledger/testing';
import pg from 'pg';
import { passphraseMasterKeySource } from '../src/adapters/crypto/passphrase.master-key-source.ts';
import { postgresWrappedKeys } from '../src/adapters/postgres/postgres.wrapped-keys.ts';
import type { MasterKey } from '../src/application/ports/master-key.port.ts';
import type { KnownMasterKey } from '../src/domain/master-key/master-key.parameters.ts';
import { Gate, RotationLoad } from './rotation-load.ts';
import { admin, asking, type VaultClient } from './vault-client.ts';
import { VaultProcess } from './vault-process.ts';
import { PASSPHRASE, startVaultStack, type VaultStack } from './vault-stack.ts';

jest.setTimeout(290_000);

const SEED = Number(process.env['KILL_SEED'] ?? 4711);
const DATA_KEYS = 2_000;
/** Between two looks at how far a rotation is, which cost the vault its processor. */
const LOOK_MS = 10;
const ROTATIONS = 4;

/** When the vault is killed in one rotation: five times. */
const momentsOf = (rotation: number) => {
  const soonMs = fc.integer({ min: 0, max: 40 });
  const share = fc.integer({ min: 1, max: 60 }).map((percent) => percent / 100);
  const plan = fc.record({ askedMs: soonMs, progress: fc.tuple(share, share, share), retiringMs: soonMs });
  return fc.sample(plan, { seed: SEED + rotation, numRuns: 1 })[0]!;
};

describe(`a vault that is killed twenty times while master keys are rotated, with seed ${SEED}`, () => {
  let stack: VaultStack;
  let gateway: VaultClient;
  let pool: pg.Pool;
  let vault: VaultProcess;
  let load: RotationLoad;
  let kills = 0;
  /** Kills that left something to be done. */
  let interruptions = 0;
  const gate = new Gate();

  beforeAll(async () => {
    stack = await startVaultStack();
    gateway = await stack.clientOf('gateway');
    pool = testPool(stack.database.urlFor('vault'));
    load = new RotationLoad(gateway, gate);
    vault = await VaultProcess.start(stack.environment);
    gate.open();
  });

  afterAll(async () => {
    await vault.kill();
    await pool.end();
    await stack.close();
  });

  const killAndRestart = async (between: () => Promise<void> = () => Promise.resolve()): Promise<void> => {
    gate.close();
    await vault.kill();
    kills += 1;
    await between();
    vault = await VaultProcess.start(stack.environment);
    gate.open();
  };

  const stored = async <Data>(type: string): Promise<readonly Data[]> => {
    const admins = new pg.Client({ connectionString: stack.database.adminUrl });
    await admins.connect();
    const text = 'select data from event_store.events where type = $1 order by position';
    const { rows } = await admins.query<{ data: Data }>(text, [type]);
    await admins.end();
    return rows.map(({ data }) => data);
  };

  const source = passphraseMasterKeySource({
    read: () => Promise.resolve(SecretBytes.fromText(PASSPHRASE)),
    configuredBy: 'the test',
  });

  const latestMasterKey = async (): Promise<MasterKey> =>
    source.open((await stored<KnownMasterKey>('MasterKeyAdded')).at(-1)!);

  /** So many keys wait to be wrapped anew that a rotation takes a while. */
  const fillKeyRing = async (): Promise<ReadonlyMap<string, KeyObject>> => {
    const masterKey = await latestMasterKey();
    const dataKeys = new Map(Array.from({ length: DATA_KEYS }, () => [newId(), createSecretKey(randomBytes(32))]));
    const wrapped = await Promise.all(
      [...dataKeys].map(async ([keyId, dataKey]) =>
        Buffer.from(await masterKey.wrap(dataKey, { keyId, purpose: 'secret' })),
      ),
    );
    const text = `insert into key_ring (key_id, purpose, master_key_id, wrapped)
      select key_id, 'secret', $1, wrapped from unnest($2::uuid[], $3::bytea[]) as made (key_id, wrapped)`;
    await pool.query(text, [masterKey.id, [...dataKeys.keys()], wrapped]);
    return dataKeys;
  };

  const wrapsOf = async (masterKeyId: string): Promise<number> => {
    const text = 'select count(*)::int as count from key_ring where master_key_id = $1';
    return (await pool.query<{ count: number }>(text, [masterKeyId])).rows[0]!.count;
  };

  const list = () => load.persistently(() => gateway.ListMasterKeys({}, asking(admin)));

  /** A command that is asked until it is answered, while the vault is killed shortly after it was asked for the first time. */
  const askedWhileKilled = async <Answer>(afterMs: number, ask: () => Promise<Answer>): Promise<Answer> => {
    const answer = load.persistently(ask);
    await after(afterMs);
    await killAndRestart();
    return answer;
  };

  const rotateOnce = async (rotation: number): Promise<void> => {
    const { askedMs, progress, retiringMs } = momentsOf(rotation);
    const oldId = (await list()).masterKeys.at(-1)!.masterKeyId;
    const messageId = newId();
    const timeoutMs = 5_000;
    const rotated = await askedWhileKilled(askedMs, () =>
      gateway.RotateMasterKey({}, asking(admin, { messageId, timeoutMs })),
    );
    expect(rotated.outcome).not.toBe('refused');
    for (const share of progress) {
      const goal = (await wrapsOf(oldId)) * (1 - share);
      while ((await wrapsOf(oldId)) > goal) await after(LOOK_MS);
      await killAndRestart(async () => {
        if ((await wrapsOf(oldId)) > 0) interruptions += 1;
      });
    }
    while ((await list()).rotation?.completedAt === undefined) await after(LOOK_MS);
    const retired = await askedWhileKilled(retiringMs, async () => {
      const reply = await gateway.RetireMasterKey({ masterKeyId: oldId }, asking(admin));
      // A secret that was handed in at the last moment is wrapped anew by the next round.
      return reply.outcome === 'refused' ? Promise.reject(new AppError('unavailable', reply.code)) : reply;
    });
    expect(retired.outcome).not.toBe('refused');
  };

  it('leaves no secret unreadable, none on a destroyed key, and no reveal without its event', async () => {
    for (let count = 0; count < 5; count += 1) await load.seal();
    const dataKeys = await fillKeyRing();
    load.begin();
    for (let rotation = 0; rotation < ROTATIONS; rotation += 1) await rotateOnce(rotation);
    await load.end();
    expect(kills).toBe(20);
    expect(interruptions).toBeGreaterThan(ROTATIONS);

    const { masterKeys, rotation } = await list();
    const statuses = masterKeys.map(({ status }) => status);
    expect(statuses).toEqual([...Array.from({ length: ROTATIONS }, () => 'destroyed'), 'active']);
    expect(rotation).toMatchObject({ unreadable: 0 });
    const active = await latestMasterKey();
    const { rows } = await pool.query('select distinct master_key_id from key_ring');
    expect(rows).toEqual([{ master_key_id: active.id }]);

    const kept = await postgresWrappedKeys(pool).all({ limit: DATA_KEYS + load.sealed.size + 10 });
    const found = new Map(kept.map((key) => [key.keyId, key]));
    for (const [keyId, dataKey] of dataKeys) {
      const key = found.get(keyId)!;
      expect((await active.unwrap(key.wrapped, key)).equals(dataKey)).toBe(true);
    }
    for (const secretId of load.sealed.keys()) await load.reveal(secretId);
    expect(await stored('SecretFoundUnreadable')).toEqual([]);

    const recorded = new Set((await stored<{ grantId: string }>('SecretRevealed')).map(({ grantId }) => grantId));
    expect([...load.revealed].filter((grantId) => !recorded.has(grantId))).toEqual([]);
    expect(load.revealed.size).toBeGreaterThan(load.sealed.size);
  });
});
