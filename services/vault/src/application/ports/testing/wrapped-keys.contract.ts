import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import type { KeyRing, WrappedKey } from '../key-ring.port.ts';
import type { MasterKeyUses } from '../master-key-uses.port.ts';
import type { WrappedKeys } from '../wrapped-keys.port.ts';
import { wrappedKey } from './key-ring.contract.ts';

export interface WrappedKeysSubject {
  readonly keyRing: KeyRing;
  readonly wrappedKeys: WrappedKeys;
  readonly uses: MasterKeyUses;
  close(): Promise<void>;
}

const ROUNDS = 25;

/** What `WrappedKeys` and `MasterKeyUses` promise about one and the same key ring. `open` gives an empty one. */
export const wrappedKeysContract = (name: string, open: () => Promise<WrappedKeysSubject>): void => {
  describe(`wrapped keys contract: ${name}`, () => {
    let subject: WrappedKeysSubject;
    let oldId: string;
    let newMasterId: string;
    beforeEach(async () => {
      subject = await open();
      [oldId, newMasterId] = [randomUUID(), randomUUID()];
    });
    afterEach(() => subject.close());

    const add = async (changed: Partial<WrappedKey> = {}): Promise<WrappedKey> => {
      const key = wrappedKey({ masterKeyId: oldId, ...changed });
      await subject.keyRing.add(key);
      return key;
    };

    const anew = (key: WrappedKey): WrappedKey => ({
      ...key,
      masterKeyId: newMasterId,
      wrapped: Uint8Array.from(randomBytes(61)),
    });

    it('counts what each master key wraps', async () => {
      expect((await subject.wrappedKeys.census()).size).toBe(0);
      await Promise.all([add(), add(), add({ masterKeyId: newMasterId })]);
      expect(await subject.wrappedKeys.census()).toEqual(
        new Map([
          [oldId, 2],
          [newMasterId, 1],
        ]),
      );
    });

    it('gives what a master key wraps in pages, each key once', async () => {
      const keys = await Promise.all(Array.from({ length: 7 }, () => add()));
      await add({ masterKeyId: newMasterId });
      const seen: WrappedKey[] = [];
      for (let after: string | undefined; ; after = seen.at(-1)?.keyId) {
        const page = await subject.wrappedKeys.wrappedBy(oldId, { after, limit: 3 });
        seen.push(...page);
        if (page.length < 3) break;
      }
      const byId = (left: WrappedKey, right: WrappedKey) => (left.keyId < right.keyId ? -1 : 1);
      expect(seen).toEqual([...keys].sort(byId));
    });

    it('gives all keys in pages, whichever master key wraps them', async () => {
      const keys = await Promise.all([add(), add({ masterKeyId: newMasterId }), add({ purpose: 'fingerprint' })]);
      const first = await subject.wrappedKeys.all({ limit: 2 });
      const rest = await subject.wrappedKeys.all({ after: first.at(-1)?.keyId, limit: 2 });
      const byId = (left: WrappedKey, right: WrappedKey) => (left.keyId < right.keyId ? -1 : 1);
      expect([...first, ...rest]).toEqual([...keys].sort(byId));
    });

    const rewrap = (...changes: readonly (readonly [WrappedKey, WrappedKey])[]): Promise<ReadonlySet<string>> =>
      subject.wrappedKeys.rewrap(
        newMasterId,
        changes.map(([previous, { wrapped }]) => ({ previous, wrapped })),
      );

    it('wraps keys anew in one step', async () => {
      const [first, second] = [await add({ purpose: 'fingerprint' }), await add()];
      const [next, after] = [anew(first), anew(second)];
      expect(await rewrap([second, after], [first, next])).toEqual(new Set([first.keyId, second.keyId]));
      expect(await subject.keyRing.find(first.keyId)).toEqual(next);
      expect(await subject.keyRing.find(second.keyId)).toEqual(after);
      expect(await rewrap()).toEqual(new Set());
    });

    it('leaves a key alone that is not as it was, and wraps the others', async () => {
      const [key, other] = [await add(), await add()];
      const next = anew(key);
      await rewrap([key, next]);
      const changed = { ...next, wrapped: Uint8Array.from(randomBytes(61)) };
      const missing = wrappedKey({ masterKeyId: oldId });
      expect(await rewrap([key, anew(key)], [other, anew(other)], [missing, anew(missing)])).toEqual(
        new Set([other.keyId]),
      );
      expect(await rewrap([changed, anew(key)])).toEqual(new Set());
      expect(await subject.keyRing.find(key.keyId)).toEqual(next);
    });

    it('does so while others wrap and shred the same keys, in whichever order', async () => {
      const keys = await Promise.all(Array.from({ length: 40 }, () => add()));
      const half = keys.slice(20).map(({ keyId }) => keyId);
      const pairs = keys.map((key) => [key, anew(key)] as const);
      await Promise.all([
        rewrap(...pairs),
        rewrap(...[...pairs].reverse()),
        subject.keyRing.shred(half),
        subject.keyRing.shred([...half].reverse()),
      ]);
      expect(await subject.wrappedKeys.census()).toEqual(new Map([[newMasterId, 20]]));
    });

    it('counts the uses of a key', async () => {
      expect(await subject.uses.reserve(oldId, 10)).toBe(10);
      expect(await subject.uses.reserve(oldId, 2 ** 32)).toBe(2 ** 32 + 10);
      expect((await subject.uses.counts()).get(oldId)).toBe(2 ** 32 + 10);
      expect((await subject.uses.counts()).get(newMasterId)).toBeUndefined();
    });

    it('does not retire a key that wraps something', async () => {
      const key = await add();
      expect(await subject.uses.retire(oldId)).toBe('still-wraps');
      expect(await subject.uses.reserve(oldId, 1)).toBe(1);
      await rewrap([key, anew(key)]);
      expect(await subject.uses.retire(oldId)).toBe('retired');
    });

    it('takes nothing more under a retired key, by whatever way', async () => {
      const kept = await add({ masterKeyId: newMasterId });
      expect(await subject.uses.retire(oldId)).toBe('retired');
      expect(await subject.uses.retire(oldId)).toBe('retired');
      const late = wrappedKey({ masterKeyId: oldId });
      await expect(subject.keyRing.add(late)).rejects.toMatchObject({ code: 'sealed' });
      await expect(subject.keyRing.findOrAdd(late)).rejects.toMatchObject({ code: 'sealed' });
      await expect(subject.uses.reserve(oldId, 1)).rejects.toMatchObject({ code: 'sealed' });
      const change = { previous: kept, wrapped: kept.wrapped };
      expect(await subject.wrappedKeys.rewrap(oldId, [change])).toEqual(new Set());
      expect(await subject.wrappedKeys.census()).toEqual(new Map([[newMasterId, 1]]));
    });

    it('never has both, a retired key and something that it wraps, whoever comes first', async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const masterKeyId = randomUUID();
        await subject.uses.reserve(masterKeyId, 1);
        const adding = Array.from({ length: 4 }, () => subject.keyRing.add(wrappedKey({ masterKeyId })));
        const [retired, ...added] = await Promise.allSettled([subject.uses.retire(masterKeyId), ...adding]);
        const isRetired = retired.status === 'fulfilled' && retired.value === 'retired';
        expect(added.some(({ status }) => status === 'fulfilled')).toBe(!isRetired);
        expect((await subject.wrappedKeys.census()).has(masterKeyId)).toBe(!isRetired);
      }
    });
  });
};
