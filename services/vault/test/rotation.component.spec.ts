import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { isAppError } from '@keyledger/errors';
import { MASTER_KEYS, masterKeys } from '../src/domain/master-key/master-key.decider.ts';
import { loadStream } from '@keyledger/event-sourcing';
import { Crash, type Death, Life } from './mortal.ts';
import { admin, asking, delivery, revealKey } from './vault-client.ts';
import { approvedRequest } from './approval-facts.ts';
import type { Replica } from './replica.ts';
import { Outside } from './vault-in-memory.ts';

jest.setTimeout(60_000);

const issueTo = async (replica: Replica, count: number): Promise<readonly string[]> => {
  const requests = Array.from({ length: count }, () => approvedRequest());
  for (const { event } of requests) await replica.hear(event);
  return requests.map(({ leaseId }) => leaseId);
};

const keysOf = async ({ client }: Replica) => (await client.ListMasterKeys({}, asking(admin))).masterKeys;

describe('the rotation of the master key', () => {
  let outside: Outside;
  let replica: Replica;

  beforeEach(async () => {
    outside = new Outside();
    replica = await outside.replica();
  });

  const rotate = () => replica.client.RotateMasterKey({}, asking(admin));

  it('lets the new key write at once, opens what the old one wrapped, and wraps it anew', async () => {
    const before = await issueTo(replica, 3);
    const [first] = await keysOf(replica);
    expect(first).toMatchObject({ status: 'active', wraps: 4 });
    expect(await rotate()).toMatchObject({ outcome: 'accepted' });
    const after = await issueTo(replica, 2);
    expect(await keysOf(replica)).toMatchObject([
      { status: 'deactivated', wraps: 4 },
      { status: 'active', wraps: 2 },
    ]);
    for (const leaseId of [...before, ...after]) expect(await revealKey(replica.client, leaseId)).toMatch(/^sk-/);

    await replica.rewrap();
    const { masterKeys: keys, rotation } = await replica.client.ListMasterKeys({}, asking(admin));
    expect(keys).toMatchObject([
      { status: 'deactivated', wraps: 0 },
      { status: 'active', wraps: 6 },
    ]);
    expect(rotation).toMatchObject({ masterKeyId: keys[1]?.masterKeyId, rewrapped: 4, remaining: 0, unreadable: 0 });
    expect(rotation?.completedAt).toBeDefined();
    for (const leaseId of [...before, ...after]) expect(await revealKey(replica.client, leaseId)).toMatch(/^sk-/);
    expect((await outside.storedTypes('masterKey')).slice(2)).toEqual([
      'MasterKeyAdded',
      'MasterKeyDeactivated',
      'MasterKeyActivated',
      'MasterKeyRotationStarted',
      'MasterKeyRotationCompleted',
    ]);
  });

  it('is refused while another one is running', async () => {
    await rotate();
    expect(await rotate()).toMatchObject({ outcome: 'refused', code: 'rotation-running' });
  });

  it('retires the old key only when it wraps nothing, for good', async () => {
    await issueTo(replica, 2);
    const masterKeyId = (await keysOf(replica))[0]!.masterKeyId;
    const retire = () => replica.client.RetireMasterKey({ masterKeyId }, asking(admin));
    expect(await retire()).toMatchObject({ outcome: 'refused', code: 'transition-not-allowed' });
    await rotate();
    expect(await retire()).toMatchObject({ outcome: 'refused', code: 'rotation-running' });
    await replica.rewrap();
    expect(await retire()).toMatchObject({ outcome: 'accepted' });
    expect(await retire()).toMatchObject({ outcome: 'ignored' });
    expect(await keysOf(replica)).toMatchObject([{ status: 'destroyed', wraps: 0 }, { status: 'active' }]);
    expect(await replica.unsealing.find(masterKeyId)).toBeUndefined();
  });

  it('takes along what a replica wrapped with the old key that had not heard of it, and lets it go on', async () => {
    const lagging = await outside.replica();
    await rotate();
    await replica.rewrap();
    const [leaseId] = await issueTo(lagging, 1);
    const [old] = await keysOf(replica);
    expect(old).toMatchObject({ status: 'deactivated' });
    expect(old?.wraps).toBeGreaterThan(0);
    const retire = () => replica.client.RetireMasterKey({ masterKeyId: old!.masterKeyId }, asking(admin));
    expect(await retire()).toMatchObject({ outcome: 'refused', code: 'still-wraps' });
    await replica.rewrap();
    expect(await retire()).toMatchObject({ outcome: 'accepted' });
    const { event } = approvedRequest();
    await expect(lagging.hear(event)).rejects.toMatchObject({ code: 'sealed' });
    expect(await revealKey(lagging.client, leaseId!)).toMatch(/^sk-/);
    await lagging.unsealing.attempt();
    await lagging.hear(event);
  });

  it('lets a replica open at once what another one wrapped with the new key', async () => {
    const lagging = await outside.replica();
    await rotate();
    const [leaseId] = await issueTo(replica, 1);
    expect(await revealKey(lagging.client, leaseId!)).toMatch(/^sk-/);
  });

  it('leaves a data key alone that no master key opens, and finishes with the others', async () => {
    const leases = await issueTo(replica, 3);
    const [damagedId] = [...outside.keyRing.rows.values()].filter(({ purpose }) => purpose === 'secret');
    damagedId!.wrapped[20]! ^= 1;
    await rotate();
    await replica.rewrap();
    await replica.rewrap();
    const { masterKeys: keys, rotation } = await replica.client.ListMasterKeys({}, asking(admin));
    expect(rotation).toMatchObject({ rewrapped: 3, unreadable: 1 });
    expect(keys[0]).toMatchObject({ wraps: 1 });
    const retire = { masterKeyId: keys[0]!.masterKeyId };
    expect(await replica.client.RetireMasterKey(retire, asking(admin))).toMatchObject({ code: 'still-wraps' });
    const revealed = await Promise.allSettled(leases.map((leaseId) => revealKey(replica.client, leaseId)));
    expect(revealed.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    expect(outside.logged.filter((line) => line.includes('No master key opens a data key'))).toHaveLength(1);
  });

  it('seals the vault while the key is suspended, until it is resumed or replaced', async () => {
    const [leaseId] = await issueTo(replica, 1);
    const masterKeyId = (await keysOf(replica))[0]!.masterKeyId;
    const suspend = () =>
      replica.client.SuspendMasterKey({ masterKeyId, reason: 'The passphrase may have been seen' }, asking(admin));
    await suspend();
    expect(replica.unsealing.status()).toEqual({
      isSealed: true,
      reason: 'The master key is suspended: rotate it, or resume it',
    });
    await expect(revealKey(replica.client, leaseId!)).rejects.toMatchObject({ code: 'sealed' });
    await replica.client.ResumeMasterKey({ masterKeyId }, asking(admin));
    expect(await revealKey(replica.client, leaseId!)).toMatch(/^sk-/);
    await suspend();
    expect(await rotate()).toMatchObject({ outcome: 'accepted' });
    await replica.rewrap();
    expect(await keysOf(replica)).toMatchObject([{ status: 'deactivated', wraps: 0 }, { status: 'active' }]);
    expect(await revealKey(replica.client, leaseId!)).toMatch(/^sk-/);
  });

  it('wraps anew what a compromised key wraps, which never writes again', async () => {
    const [leaseId] = await issueTo(replica, 1);
    const masterKeyId = (await keysOf(replica))[0]!.masterKeyId;
    const input = { masterKeyId, reason: 'The passphrase was seen' };
    expect(await replica.client.MarkMasterKeyCompromised(input, asking(admin))).toMatchObject({ outcome: 'accepted' });
    expect(await replica.client.ResumeMasterKey({ masterKeyId }, asking(admin))).toMatchObject({
      code: 'transition-not-allowed',
    });
    await rotate();
    await replica.rewrap();
    expect(await keysOf(replica)).toMatchObject([{ status: 'compromised', wraps: 0 }, { status: 'active' }]);
    expect(await revealKey(replica.client, leaseId!)).toMatch(/^sk-/);
  });

  it('is in the hands of administrators; auditors see it', async () => {
    const auditor = { ...admin, id: 'auditor', roles: ['auditor' as const] };
    const masterKeyId = (await keysOf(replica))[0]!.masterKeyId;
    for (const principal of [auditor, delivery, { ...admin, proof: 'address' as const }]) {
      await expect(replica.client.RotateMasterKey({}, asking(principal))).rejects.toMatchObject({ code: 'forbidden' });
      await expect(replica.client.RetireMasterKey({ masterKeyId }, asking(principal))).rejects.toMatchObject({
        code: 'forbidden',
      });
    }
    expect((await replica.client.ListMasterKeys({}, asking(auditor))).masterKeys).toHaveLength(1);
    await expect(replica.client.ListMasterKeys({}, asking(delivery))).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('does nothing in a vault that is sealed', async () => {
    const sealed = await outside.replica({ isUnsealed: false });
    outside.masterKeySource.material = 'wrong';
    const before = await outside.stored();
    await expect(sealed.client.RotateMasterKey({}, asking(admin))).rejects.toMatchObject({ code: 'sealed' });
    await sealed.rewrap();
    expect(await outside.stored()).toEqual(before);
  });
});

describe('a vault that dies while it wraps data keys anew', () => {
  /** Rotates and wraps anew, in as many processes as it takes; the last one lives. Then retires the old key. */
  const rotateThrough = async (outside: Outside, deaths: readonly Death[]): Promise<void> => {
    for (const death of [...deaths, undefined]) {
      const replica = await outside.replica({ life: new Life(death) });
      try {
        const { state } = await loadStream(outside.eventStore, masterKeys, MASTER_KEYS);
        if (state.rotation === undefined) await replica.client.RotateMasterKey({}, asking(admin));
        await replica.rewrap();
        for (const { masterKeyId, status } of state.known)
          if (status === 'deactivated') await replica.client.RetireMasterKey({ masterKeyId }, asking(admin));
      } catch (error) {
        // An operation that dies answers its caller with `internal`.
        if (!(error instanceof Crash) && !(death !== undefined && isAppError(error, 'internal'))) throw error;
      }
    }
  };

  it('leaves every secret readable and none on a destroyed key, whenever it dies', async () => {
    const anyDeath = fc.record({
      at: fc.integer({ min: 1, max: 30 }),
      when: fc.constantFrom('before' as const, 'after' as const),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(anyDeath, { maxLength: 5 }), async (deaths) => {
        const outside = new Outside();
        const leases = await issueTo(await outside.replica(), 6);
        await rotateThrough(outside, deaths);
        await rotateThrough(outside, []);
        const replica = await outside.replica();
        expect(replica.unsealing.status()).toEqual({ isSealed: false });
        for (const leaseId of leases) expect(await revealKey(replica.client, leaseId)).toMatch(/^sk-/);
        const { masterKeys: keys, rotation } = await replica.client.ListMasterKeys({}, asking(admin));
        expect(keys).toMatchObject([
          { status: 'destroyed', wraps: 0 },
          { status: 'active', wraps: 7 },
        ]);
        expect(rotation).toMatchObject({ unreadable: 0, completedAt: expect.any(String) });
      }),
      { numRuns: 60 },
    );
  });
});
