import { beforeEach, describe, expect, it } from '@jest/globals';
import { AppError } from '@keyledger/errors';
import { categoryOf, type RecordedEvent } from '@keyledger/event-sourcing';
import { InMemoryEventStore } from '@keyledger/event-sourcing/testing';
import { createSecretKey, randomBytes } from 'node:crypto';
import { wrappedKey } from '../ports/testing/key-ring.contract.ts';
import { FakeKeyRing } from '../ports/testing/key-ring.fake.ts';
import { FakeMasterKeySource } from '../ports/testing/master-key-source.fake.ts';
import { type SealStatus, type Unsealing, unsealing } from './unsealing.ts';

describe('unsealing', () => {
  let eventStore: InMemoryEventStore;
  let keyRing: FakeKeyRing;
  let reports: { status: SealStatus; error: unknown }[];

  beforeEach(() => {
    eventStore = new InMemoryEventStore();
    keyRing = new FakeKeyRing();
    reports = [];
  });

  const vaultWith = (source: FakeMasterKeySource): Unsealing =>
    unsealing({
      eventStore,
      keyRing,
      wrappedKeys: keyRing,
      uses: keyRing,
      source,
      clock: () => new Date('2026-11-21T08:00:00.000Z'),
      retryAfterMs: 1,
      report: (status, error) => reports.push({ status, error }),
    });

  const stored = async (): Promise<readonly RecordedEvent[]> => {
    const events: RecordedEvent[] = [];
    for await (const event of eventStore.readAll()) events.push(event);
    return events;
  };

  it('begins sealed', async () => {
    const vault = vaultWith(new FakeMasterKeySource('material'));
    expect(vault.status()).toEqual({ isSealed: true, reason: 'The vault is starting' });
    expect(() => vault.active()).toThrow(expect.objectContaining({ code: 'sealed' }));
    await expect(vault.find('any')).rejects.toMatchObject({ code: 'sealed' });
  });

  it('opens the key that is recorded, and not another one that was made for the same id at the same moment', async () => {
    const source = new FakeMasterKeySource('material');
    const [first, second] = [vaultWith(source), vaultWith(source)];
    await first.attempt();
    second.offer(await source.create(first.active().id));
    await second.attempt();
    const dataKey = createSecretKey(randomBytes(32));
    const context = { keyId: '01930f5e-8000-7c4e-9d5a-2f8f4f0f6d11', purpose: 'secret' } as const;
    const wrapped = await second.active().wrap(dataKey, context);
    expect((await first.active().unwrap(wrapped, context)).equals(dataKey)).toBe(true);
  });

  it('establishes a master key where there was none, and activates it', async () => {
    const vault = vaultWith(new FakeMasterKeySource('material'));
    expect(await vault.attempt()).toEqual({ isSealed: false });
    const events = await stored();
    expect(events.map(({ type }) => type)).toEqual(['MasterKeyAdded', 'MasterKeyActivated']);
    expect(events.map(({ stream }) => categoryOf(stream))).toEqual(['masterKey', 'masterKey']);
    expect(events[0]?.data).toMatchObject({ masterKeyId: vault.active().id });
    expect(JSON.stringify(events.map(({ data }) => data))).not.toContain('material');
  });

  it('opens the same key after a restart, and writes nothing', async () => {
    const first = vaultWith(new FakeMasterKeySource('material'));
    await first.attempt();
    const before = await stored();
    const second = vaultWith(new FakeMasterKeySource('material'));
    expect(await second.attempt()).toEqual({ isSealed: false });
    expect(await stored()).toEqual(before);
    const key = createSecretKey(randomBytes(32));
    const context = { keyId: 'a', purpose: 'secret' } as const;
    const wrapped = await first.active().wrap(key, context);
    expect((await (await second.find(first.active().id))!.unwrap(wrapped, context)).equals(key)).toBe(true);
    expect(await second.find('another')).toBeUndefined();
  });

  it('agrees on one key when several vaults start at once', async () => {
    const vaults = Array.from({ length: 5 }, () => vaultWith(new FakeMasterKeySource('material')));
    await Promise.all(vaults.map((vault) => vault.attempt()));
    expect(new Set(vaults.map((vault) => vault.active().id)).size).toBe(1);
    expect((await stored()).map(({ type }) => type)).toEqual(['MasterKeyAdded', 'MasterKeyActivated']);
  });

  it.each([
    ['without a key', undefined, 'No master key'],
    ['with the wrong key', 'wrong', 'Another master key'],
  ])('stays sealed %s, says so, and writes nothing', async (_how, material, reason) => {
    await vaultWith(new FakeMasterKeySource('material')).attempt();
    const before = await stored();
    const vault = vaultWith(new FakeMasterKeySource(material));
    expect(await vault.attempt()).toEqual({ isSealed: true, reason });
    expect(() => vault.active()).toThrow(expect.objectContaining({ code: 'sealed' }));
    expect(await stored()).toEqual(before);
  });

  it('stays sealed without a key on a store without history, and writes nothing', async () => {
    expect(await vaultWith(new FakeMasterKeySource()).attempt()).toEqual({ isSealed: true, reason: 'No master key' });
    expect(await stored()).toEqual([]);
  });

  it('makes no new key over a key ring whose master key it does not know', async () => {
    await keyRing.add(wrappedKey());
    const status = await vaultWith(new FakeMasterKeySource('material')).attempt();
    expect(status).toEqual({ isSealed: true, reason: expect.stringContaining('belongs to another event store') });
    expect(await stored()).toEqual([]);
  });

  it('waits for an event store that is away', async () => {
    const readStream = eventStore.readStream.bind(eventStore);
    eventStore.readStream = () => {
      throw new AppError('unavailable', 'The database does not answer');
    };
    const vault = vaultWith(new FakeMasterKeySource('material'));
    expect(await vault.attempt()).toEqual({ isSealed: true, reason: 'The master key is not known yet: unavailable' });
    eventStore.readStream = readStream;
    expect(await vault.attempt()).toEqual({ isSealed: false });
  });

  it('reports what it did not expect, without saying it to everybody', async () => {
    const defect = new Error('details');
    eventStore.readStream = () => {
      throw defect;
    };
    const status = await vaultWith(new FakeMasterKeySource('material')).attempt();
    expect(JSON.stringify(status)).not.toContain('details');
    expect(reports).toEqual([{ status, error: defect }]);
  });

  it('tries until the key is right, without a restart, and reports each change once', async () => {
    const source = new FakeMasterKeySource('material');
    await vaultWith(source).attempt();
    reports.length = 0;
    source.material = 'wrong';
    const unsealed = Promise.withResolvers<void>();
    const vault = unsealing({
      eventStore,
      keyRing,
      wrappedKeys: keyRing,
      uses: keyRing,
      source,
      clock: () => new Date(),
      retryAfterMs: 1,
      report: (status, error) => {
        reports.push({ status, error });
        if (status.isSealed && status.reason === 'Another master key') source.material = undefined;
        if (status.isSealed && status.reason === 'No master key') source.material = 'material';
        if (!status.isSealed) unsealed.resolve();
      },
    });
    const stop = new AbortController();
    const running = vault.run(stop.signal);
    await unsealed.promise;
    expect(vault.status()).toEqual({ isSealed: false });
    expect(reports.map(({ status }) => (status.isSealed ? status.reason : 'unsealed'))).toEqual([
      'Another master key',
      'No master key',
      'unsealed',
    ]);
    stop.abort();
    await running;
  });

  it('ends when it is told to, sealed or not', async () => {
    for (const material of ['material', undefined]) {
      const stop = new AbortController();
      const running = vaultWith(new FakeMasterKeySource(material)).run(stop.signal);
      stop.abort();
      await running;
    }
    await vaultWith(new FakeMasterKeySource('material')).run(AbortSignal.abort());
  });
});
