import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { AppError } from '@keyledger/errors';
import { newId } from '@keyledger/event-sourcing';
import { SecretAccess, SecretBytes } from '@keyledger/secrets';
import { type Envelope, envelopeSchema } from '../../domain/secret/secret.messages.ts';
import type { MasterKey } from '../../application/ports/master-key.port.ts';
import { type SecretContext, type SecretSealer, SecretUnreadable } from '../../application/ports/secret-sealer.port.ts';
import { FakeKeyRing } from '../../application/ports/testing/key-ring.fake.ts';
import { FakeMasterKeySource } from '../../application/ports/testing/master-key-source.fake.ts';
import { envelopeSecretSealer } from './envelope.secret-sealer.ts';

jest.setTimeout(30_000);

const CANARY = 'sk-canary-Qm9vZ3VzS2V5Rm9yVGVzdHM';

const context: SecretContext = { secretId: newId(), version: 1, owner: 'ada@example.com' };

describe('envelope encryption', () => {
  let keyRing: FakeKeyRing;
  let masterKey: MasterKey | undefined;
  let sealer: SecretSealer;
  let isUnused: boolean;

  const anotherReplica = (): SecretSealer =>
    envelopeSecretSealer({
      keyRing,
      masterKeys: {
        active: () => {
          if (masterKey === undefined) throw new AppError('sealed', 'sealed');
          return masterKey;
        },
        find: async (id) => (masterKey?.id === id ? masterKey : undefined),
      },
      isUnused: () => Promise.resolve(isUnused),
    });

  beforeEach(async () => {
    isUnused = true;
    keyRing = new FakeKeyRing();
    masterKey = (await new FakeMasterKeySource('material').create(newId())).masterKey;
    sealer = anotherReplica();
  });

  const seal = (text = CANARY, where = context) => sealer.seal(SecretBytes.fromText(text), where);

  const openText = async (envelope: Envelope, where = context, by = sealer): Promise<string> =>
    (await by.open(envelope, where)).revealText(SecretAccess.granted);

  it('gives the secret back, in every replica', async () => {
    const { envelope } = await seal();
    expect(await openText(envelope)).toBe(CANARY);
    expect(await openText(envelope, context, anotherReplica())).toBe(CANARY);
  });

  it('gives any bytes back in any context', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        fc.string({ unit: 'binary', maxLength: 40 }),
        fc.integer({ min: 1 }),
        async (bytes, owner, version) => {
          const where = { secretId: newId(), owner, version };
          const { envelope } = await sealer.seal(SecretBytes.copyOf(bytes), where);
          expect((await sealer.open(envelope, where)).reveal(SecretAccess.granted)).toEqual(bytes);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('survives storage as JSON', async () => {
    const { envelope } = await seal();
    expect(await openText(envelopeSchema.parse(JSON.parse(JSON.stringify(envelope))))).toBe(CANARY);
  });

  it('uses a data key of its own for each sealing', async () => {
    const first = await seal();
    const second = await seal();
    expect(second.envelope.dataKeyId).not.toBe(first.envelope.dataKeyId);
    expect(second.envelope.sealed).not.toBe(first.envelope.sealed);
    expect([...keyRing.rows.values()].filter(({ purpose }) => purpose === 'secret')).toHaveLength(2);
  });

  it('stores the data key before it gives the ciphertext away', async () => {
    const { envelope } = await seal();
    expect(keyRing.rows.get(envelope.dataKeyId)).toMatchObject({
      purpose: 'secret',
      masterKeyId: envelope.masterKeyId,
    });
  });

  it('leaves no plaintext in what it gives and stores', async () => {
    const sealed = await seal();
    const everything = JSON.stringify([
      sealed,
      [...keyRing.rows.values()].map((row) => Buffer.from(row.wrapped).toString('latin1')),
    ]);
    expect(everything).not.toContain('canary');
    expect(Buffer.from(sealed.envelope.sealed, 'base64').toString('latin1')).not.toContain('canary');
  });

  it('shows mask and fingerprint, which tells equal secrets, in all replicas', async () => {
    const { mask, fingerprint } = await seal();
    expect(mask).toBe('sk-c...zdHM');
    expect((await anotherReplica().seal(SecretBytes.fromText(CANARY), context)).fingerprint).toBe(fingerprint);
    expect((await seal('another secret')).fingerprint).not.toBe(fingerprint);
  });

  it('agrees on one fingerprint key when replicas begin at once', async () => {
    const replicas = Array.from({ length: 6 }, anotherReplica);
    const sealed = await Promise.all(replicas.map((each) => each.seal(SecretBytes.fromText(CANARY), context)));
    expect(new Set(sealed.map(({ fingerprint }) => fingerprint)).size).toBe(1);
  });

  it.each<[string, SecretContext]>([
    ['another secret', { ...context, secretId: newId() }],
    ['another version', { ...context, version: 2 }],
    ['another owner', { ...context, owner: 'mallory@example.com' }],
  ])('does not open for %s', async (_what, other) => {
    const { envelope } = await seal();
    await expect(sealer.open(envelope, other)).rejects.toThrow(new SecretUnreadable());
  });

  it('does not open with one bit of the ciphertext changed, wherever', async () => {
    const { envelope } = await seal();
    const bytes = Buffer.from(envelope.sealed, 'base64');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const altered = Buffer.from(bytes);
      altered.writeUInt8(altered.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      const mutated = { ...envelope, sealed: altered.toString('base64') };
      await expect(sealer.open(mutated, context)).rejects.toThrow(new SecretUnreadable());
    }
  });

  it('does not open with any part of the stored texts changed', async () => {
    const { envelope } = await seal();
    const mutation = fc.record({
      field: fc.constantFrom('sealed', 'dataKeyId', 'masterKeyId', 'algorithm'),
      at: fc.nat({ max: 500 }),
      character: fc.constantFrom(...'ABab01+/=-'),
    });
    await fc.assert(
      fc.asyncProperty(mutation, async ({ field, at, character }) => {
        const text = envelope[field as keyof Envelope];
        const index = at % text.length;
        fc.pre(text[index] !== character);
        const mutated = { ...envelope, [field]: `${text.slice(0, index)}${character}${text.slice(index + 1)}` };
        await expect(sealer.open(mutated as Envelope, context)).rejects.toThrow(new SecretUnreadable());
      }),
      { numRuns: 300 },
    );
  });

  it('does not open when rows of the key ring were exchanged', async () => {
    const [first, second] = [await seal(), await seal('other')];
    const [a, b] = [first, second].map(({ envelope }) => keyRing.rows.get(envelope.dataKeyId)!);
    keyRing.rows.set(a!.keyId, { ...b!, keyId: a!.keyId });
    await expect(sealer.open(first.envelope, context)).rejects.toThrow(new SecretUnreadable());
    expect(await openText(second.envelope)).toBe('other');
  });

  it('does not open when the data key was shredded, and leaves other secrets readable', async () => {
    const [shredded, kept] = [await seal(), await seal('kept')];
    keyRing.rows.delete(shredded.envelope.dataKeyId);
    await expect(sealer.open(shredded.envelope, context)).rejects.toThrow(new SecretUnreadable());
    expect(await openText(kept.envelope)).toBe('kept');
  });

  it('does not open under another master key', async () => {
    const { envelope } = await seal();
    masterKey = (await new FakeMasterKeySource('material').create(newId())).masterKey;
    await expect(sealer.open(envelope, context)).rejects.toThrow(new SecretUnreadable());
  });

  describe('while the vault is sealed', () => {
    it('refuses everything with one typed error and writes nothing', async () => {
      const { envelope } = await seal();
      const rows = keyRing.rows.size;
      masterKey = undefined;
      expect(() => sealer.assertUnsealed()).toThrow(expect.objectContaining({ code: 'sealed' }));
      await expect(seal()).rejects.toMatchObject({ code: 'sealed' });
      await expect(sealer.open(envelope, context)).rejects.toMatchObject({ code: 'sealed' });
      expect(keyRing.rows.size).toBe(rows);
    });
  });

  it('seals nothing new when the fingerprint key is damaged, says so, and opens what there is', async () => {
    const { envelope } = await seal();
    const damaged = [...keyRing.rows.values()].find(({ purpose }) => purpose === 'fingerprint')!;
    damaged.wrapped[20]! ^= 1;
    const replica = anotherReplica();
    await expect(replica.seal(SecretBytes.fromText(CANARY), context)).rejects.toMatchObject({
      code: 'sealed',
      message: expect.stringContaining('restore the key ring'),
    });
    expect(await openText(envelope, context, replica)).toBe(CANARY);
    damaged.wrapped[20]! ^= 1;
    await replica.seal(SecretBytes.fromText(CANARY), context);
  });

  it('makes no other fingerprint key when the first is lost and something was sealed, until the key is restored', async () => {
    await seal();
    isUnused = false;
    const [lost] = [...keyRing.rows.values()].filter(({ purpose }) => purpose === 'fingerprint');
    keyRing.rows.delete(lost!.keyId);
    const replica = anotherReplica();
    const sealing = () => replica.seal(SecretBytes.fromText(CANARY), context);
    await expect(sealing()).rejects.toMatchObject({
      code: 'sealed',
      message: expect.stringContaining('restore the key ring'),
    });
    expect(keyRing.rows.has(lost!.keyId)).toBe(false);
    await keyRing.add(lost!);
    expect((await sealing()).fingerprint).toBe((await seal()).fingerprint);
  });

  it('tries again to get the fingerprint key when the key ring was away', async () => {
    const original = keyRing.findOrAdd.bind(keyRing);
    keyRing.findOrAdd = () => Promise.reject(new AppError('unavailable', 'The database does not answer'));
    await expect(seal()).rejects.toMatchObject({ code: 'unavailable' });
    keyRing.findOrAdd = original;
    expect(await openText((await seal()).envelope)).toBe(CANARY);
  });
});
