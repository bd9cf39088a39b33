import { beforeAll, describe, expect, it } from '@jest/globals';
import { createSecretKey, randomBytes } from 'node:crypto';
import { newId } from '@keyledger/event-sourcing';
import type { KnownMasterKey } from '../../../domain/master-key/master-key.parameters.ts';
import type { MasterKey, MasterKeySource, WrapContext } from '../master-key.port.ts';
import { SecretUnreadable } from '../secret-sealer.port.ts';

export interface MasterKeySourceSubject {
  readonly source: MasterKeySource;
  /** The same key material, as another process would find it. */
  readonly same: MasterKeySource;
  readonly withOtherMaterial: MasterKeySource;
  readonly withoutMaterial: MasterKeySource;
}

/** What every `MasterKeySource` and its master keys promise. */
export const masterKeySourceContract = (name: string, open: () => MasterKeySourceSubject): void => {
  describe(`master key source contract: ${name}`, () => {
    const subject = open();
    const context: WrapContext = { keyId: newId(), purpose: 'secret' };
    const dataKey = createSecretKey(randomBytes(32));
    let known: KnownMasterKey;
    let masterKey: MasterKey;

    beforeAll(async () => {
      const masterKeyId = newId();
      const created = await subject.source.create(masterKeyId);
      known = { masterKeyId, parameters: created.parameters };
      masterKey = created.masterKey;
    });

    it('makes a key with the id that was asked for, under its own name', () => {
      expect(masterKey.id).toBe(known.masterKeyId);
      expect(known.parameters.source).toBe(subject.source.name);
    });

    it('opens its key again in another process', async () => {
      const wrapped = await masterKey.wrap(dataKey, context);
      const reopened = await subject.same.open(known);
      expect(reopened.id).toBe(masterKey.id);
      expect((await reopened.unwrap(wrapped, context)).equals(dataKey)).toBe(true);
    });

    it('makes another key each time', async () => {
      const { masterKey: other } = await subject.source.create(known.masterKeyId);
      const wrapped = await masterKey.wrap(dataKey, context);
      await expect(other.unwrap(wrapped, context)).rejects.toThrow(SecretUnreadable);
    });

    it.each(['create', 'open'] as const)('is sealed without key material: %s', async (method) => {
      const asked = method === 'create' ? subject.withoutMaterial.create(newId()) : subject.withoutMaterial.open(known);
      await expect(asked).rejects.toMatchObject({ code: 'sealed' });
    });

    it('is sealed with other material, however often it is asked', async () => {
      for (let attempt = 0; attempt < 2; attempt += 1)
        await expect(subject.withOtherMaterial.open(known)).rejects.toMatchObject({ code: 'sealed' });
    });

    it('gives parameters that say nothing about the key when they are all somebody has', () => {
      expect(JSON.stringify(known.parameters)).not.toContain(dataKey.export().toString('base64'));
      expect(JSON.parse(JSON.stringify(known.parameters))).toEqual(known.parameters);
    });

    describe('wrapping', () => {
      it('is bound to key id, purpose and its own master key, whatever else the context holds', async () => {
        const more = { ...context, masterKeyId: newId() };
        const wrapped = await masterKey.wrap(dataKey, more);
        expect((await masterKey.unwrap(wrapped, context)).equals(dataKey)).toBe(true);
      });

      it('gives back the key', async () => {
        const wrapped = await masterKey.wrap(dataKey, context);
        expect((await masterKey.unwrap(wrapped, context)).equals(dataKey)).toBe(true);
      });

      it('gives other bytes each time and never those of the key', async () => {
        const first = await masterKey.wrap(dataKey, context);
        const second = await masterKey.wrap(dataKey, context);
        expect(Buffer.compare(first, second)).not.toBe(0);
        expect(Buffer.from(first).includes(dataKey.export())).toBe(false);
      });

      it.each<[string, WrapContext]>([
        ['another key id', { ...context, keyId: newId() }],
        ['another purpose', { ...context, purpose: 'fingerprint' }],
      ])('opens for its own context only: not for %s', async (_what, other) => {
        const wrapped = await masterKey.wrap(dataKey, context);
        await expect(masterKey.unwrap(wrapped, other)).rejects.toThrow(SecretUnreadable);
      });

      it('opens with every byte as it was, and not with one bit changed', async () => {
        const wrapped = await masterKey.wrap(dataKey, context);
        for (let index = 0; index < wrapped.length; index += 1) {
          const altered = Uint8Array.from(wrapped, (byte, at) => (at === index ? byte ^ (1 << (index % 8)) : byte));
          await expect(masterKey.unwrap(altered, context)).rejects.toThrow(SecretUnreadable);
        }
      });

      it.each([0, 1, 12, 28, 59])('does not open the first %d bytes', async (length) => {
        const wrapped = await masterKey.wrap(dataKey, context);
        await expect(masterKey.unwrap(wrapped.subarray(0, length), context)).rejects.toThrow(SecretUnreadable);
      });

      it('does not open with bytes behind it', async () => {
        const wrapped = await masterKey.wrap(dataKey, context);
        await expect(masterKey.unwrap(Buffer.concat([wrapped, Buffer.of(0)]), context)).rejects.toThrow(
          SecretUnreadable,
        );
      });
    });
  });
};
