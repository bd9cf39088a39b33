import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import type { KeyRing, WrappedKey } from '../key-ring.port.ts';

export interface KeyRingSubject {
  readonly keyRing: KeyRing;
  close(): Promise<void>;
}

export const wrappedKey = (changed: Partial<WrappedKey> = {}): WrappedKey => ({
  keyId: randomUUID(),
  purpose: 'secret',
  masterKeyId: randomUUID(),
  wrapped: Uint8Array.from(randomBytes(61)),
  ...changed,
});

/** What every `KeyRing` promises. `open` gives an empty one. */
export const keyRingContract = (name: string, open: () => Promise<KeyRingSubject>): void => {
  describe(`key ring contract: ${name}`, () => {
    let subject: KeyRingSubject;
    beforeEach(async () => {
      subject = await open();
    });
    afterEach(() => subject.close());

    it('is empty at first, and never again', async () => {
      expect(await subject.keyRing.isEmpty()).toBe(true);
      await subject.keyRing.add(wrappedKey());
      expect(await subject.keyRing.isEmpty()).toBe(false);
    });

    it('returns a key byte by byte', async () => {
      const key = wrappedKey({ wrapped: Uint8Array.from({ length: 256 }, (_, byte) => byte) });
      await subject.keyRing.add(key);
      await subject.keyRing.add(wrappedKey());
      expect(await subject.keyRing.find(key.keyId)).toEqual(key);
    });

    it('finds nothing under an unknown id', async () => {
      expect(await subject.keyRing.find(randomUUID())).toBeUndefined();
    });

    it('never replaces a key', async () => {
      const key = wrappedKey();
      await subject.keyRing.add(key);
      await expect(subject.keyRing.add(wrappedKey({ keyId: key.keyId }))).rejects.toThrow();
      expect(await subject.keyRing.find(key.keyId)).toEqual(key);
    });

    it('stores several keys together, and returns those of them that are wanted', async () => {
      const masterKeyId = randomUUID();
      const keys = Array.from({ length: 3 }, () => wrappedKey({ masterKeyId }));
      await subject.keyRing.addMany(keys);
      await subject.keyRing.addMany([]);
      const [first, second] = keys as [WrappedKey, WrappedKey];
      const found = await subject.keyRing.findMany([second.keyId, randomUUID(), first.keyId]);
      expect(found).toEqual(
        new Map([
          [first.keyId, first],
          [second.keyId, second],
        ]),
      );
      expect(await subject.keyRing.findMany([])).toEqual(new Map());
      expect(await subject.keyRing.find(keys[2]!.keyId)).toEqual(keys[2]);
    });

    it('stores none of several keys when the id of one is taken, or when they are of several master keys', async () => {
      const taken = wrappedKey();
      await subject.keyRing.add(taken);
      const { masterKeyId } = taken;
      const fresh = wrappedKey({ masterKeyId });
      const other = wrappedKey();
      await expect(subject.keyRing.addMany([fresh, wrappedKey({ masterKeyId, keyId: taken.keyId })])).rejects.toThrow();
      await expect(subject.keyRing.addMany([fresh, fresh])).rejects.toThrow();
      await expect(subject.keyRing.addMany([fresh, other])).rejects.toThrow();
      expect(await subject.keyRing.findMany([fresh.keyId, other.keyId])).toEqual(new Map());
      expect(await subject.keyRing.find(taken.keyId)).toEqual(taken);
    });

    it('stores a key that is missing', async () => {
      const key = wrappedKey({ purpose: 'fingerprint' });
      expect(await subject.keyRing.findOrAdd(key)).toEqual(key);
      expect(await subject.keyRing.find(key.keyId)).toEqual(key);
    });

    it('lets one of several callers win, and all agree', async () => {
      const keyId = randomUUID();
      const offers = Array.from({ length: 8 }, () => wrappedKey({ keyId }));
      const stored = await Promise.all(offers.map((key) => subject.keyRing.findOrAdd(key)));
      expect(new Set(stored.map(({ wrapped }) => Buffer.from(wrapped).toString('hex'))).size).toBe(1);
      expect(offers).toContainEqual(stored[0]);
    });

    it('shreds the keys of secrets that are named, and no other', async () => {
      const [shredded, kept, fingerprint] = [wrappedKey(), wrappedKey(), wrappedKey({ purpose: 'fingerprint' })];
      for (const key of [shredded, kept, fingerprint]) await subject.keyRing.add(key);
      for (let time = 1; time <= 2; time += 1)
        await subject.keyRing.shred([shredded.keyId, fingerprint.keyId, randomUUID()]);
      await subject.keyRing.shred([]);
      expect(await subject.keyRing.find(shredded.keyId)).toBeUndefined();
      expect(await subject.keyRing.find(kept.keyId)).toEqual(kept);
      expect(await subject.keyRing.find(fingerprint.keyId)).toEqual(fingerprint);
    });

    it('keeps its own bytes when the caller overwrites those that it gave or got', async () => {
      const key = wrappedKey();
      const given = Uint8Array.from(key.wrapped);
      await subject.keyRing.add({ ...key, wrapped: given });
      given.fill(0);
      (await subject.keyRing.find(key.keyId))?.wrapped.fill(0);
      expect(await subject.keyRing.find(key.keyId)).toEqual(key);
    });
  });
};
