import { describe, expect, it } from '@jest/globals';
import { newId } from '@keyledger/event-sourcing';
import { createSecretKey, randomBytes } from 'node:crypto';
import { FakeKeyRing } from '../ports/testing/key-ring.fake.ts';
import { FakeMasterKeySource } from '../ports/testing/master-key-source.fake.ts';
import { countedMasterKey, MOST_USES } from './counted-master-key.ts';
import { ROTATE_AFTER_USES, rotateBeforeUsedUp } from './rotate-before-used-up.ts';

const dataKey = createSecretKey(randomBytes(32));
const context = { keyId: newId(), purpose: 'secret' } as const;

const counted = async () => {
  const uses = new FakeKeyRing();
  const { masterKey } = await new FakeMasterKeySource('material').create(newId());
  return { uses, masterKey: countedMasterKey(masterKey, uses) };
};

describe('a counted master key', () => {
  it('wraps and unwraps', async () => {
    const { masterKey } = await counted();
    const wrapped = await masterKey.wrap(dataKey, context);
    expect((await masterKey.unwrap(wrapped, context)).equals(dataKey)).toBe(true);
  });

  it('has never wrapped more than is counted, also when much happens at once', async () => {
    const { uses, masterKey } = await counted();
    await Promise.all(Array.from({ length: 3_000 }, () => masterKey.wrap(dataKey, context)));
    const count = (await uses.counts()).get(masterKey.id) ?? 0;
    expect(count).toBeGreaterThanOrEqual(3_000);
    expect(count).toBeLessThan(6_000);
  });

  it('does not count what it unwraps', async () => {
    const { uses, masterKey } = await counted();
    const wrapped = await masterKey.wrap(dataKey, context);
    const before = (await uses.counts()).get(masterKey.id);
    for (let times = 0; times < 2_000; times += 1) await masterKey.unwrap(wrapped, context);
    expect((await uses.counts()).get(masterKey.id)).toBe(before);
  });

  it('wraps nothing more when it is used up, and still unwraps', async () => {
    const { uses, masterKey } = await counted();
    const wrapped = await masterKey.wrap(dataKey, context);
    await uses.reserve(masterKey.id, MOST_USES);
    const restarted = countedMasterKey(masterKey, uses);
    await expect(restarted.wrap(dataKey, context)).rejects.toMatchObject({ code: 'sealed' });
    expect((await restarted.unwrap(wrapped, context)).equals(dataKey)).toBe(true);
  });
});

describe('a master key that is nearly used up', () => {
  const look = async (count: number, isSealed = false): Promise<readonly string[]> => {
    const { uses, masterKey } = await counted();
    await uses.reserve(masterKey.id, count);
    const reasons: string[] = [];
    await rotateBeforeUsedUp({
      uses,
      masterKeys: { active: () => masterKey, find: () => Promise.resolve(masterKey) },
      sealStatus: () => (isSealed ? { isSealed, reason: 'none' } : { isSealed }),
      rotate: (reason) => {
        reasons.push(reason);
        return Promise.reject(new Error('enough'));
      },
      clock: () => new Date(),
    })().catch(() => undefined);
    return reasons;
  };

  it('is rotated without being asked', async () => expect(await look(ROTATE_AFTER_USES)).toEqual(['uses']));
  it('is left alone before', async () => expect(await look(ROTATE_AFTER_USES - 1)).toEqual([]));
  it('is left alone by a sealed vault', async () => expect(await look(ROTATE_AFTER_USES, true)).toEqual([]));
});
