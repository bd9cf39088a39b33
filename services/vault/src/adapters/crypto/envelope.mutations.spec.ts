import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { newId } from '@keyledger/event-sourcing';
import { SecretAccess, SecretBytes } from '@keyledger/secrets';
import type { Envelope } from '../../domain/secret/secret.messages.ts';
import { type SecretContext, type SecretSealer, SecretUnreadable } from '../../application/ports/secret-sealer.port.ts';
import { FakeKeyRing } from '../../application/ports/testing/key-ring.fake.ts';
import { FakeMasterKeySource } from '../../application/ports/testing/master-key-source.fake.ts';
import { envelopeSecretSealer } from './envelope.secret-sealer.ts';

jest.setTimeout(30_000);

interface Stored {
  readonly text: string;
  readonly context: SecretContext;
  readonly envelope: Envelope;
}

/** Something else than it was: a byte changed, cut off, put in or added, anywhere. */
const mutated = (bytes: Uint8Array): fc.Arbitrary<Uint8Array> => {
  const at = fc.nat({ max: bytes.length - 1 });
  return fc.oneof(
    fc.tuple(at, fc.integer({ min: 1, max: 255 })).map(([index, change]) => {
      const copy = Uint8Array.from(bytes);
      copy[index] = (copy[index] ?? 0) ^ change;
      return copy;
    }),
    at.map((length) => bytes.slice(0, length)),
    at.map((index) => bytes.slice(index + 1)),
    fc
      .tuple(at, fc.uint8Array({ minLength: 1, maxLength: 20 }))
      .map(([index, more]) => Uint8Array.from([...bytes.slice(0, index), ...more, ...bytes.slice(index)]))
      .filter((changed) => Buffer.compare(changed, bytes) !== 0),
    fc.uint8Array({ minLength: 1, maxLength: 40 }).map((more) => Uint8Array.from([...bytes, ...more])),
    fc.uint8Array({ minLength: bytes.length, maxLength: bytes.length }),
  );
};

describe('whatever is changed of a sealed secret, it does not open:', () => {
  let keyRing: FakeKeyRing;
  let sealer: SecretSealer;
  let secret: Stored;

  const seal = async (text: string, context: SecretContext): Promise<Stored> => {
    const { envelope } = await sealer.seal(SecretBytes.fromText(text), context);
    return { text, context, envelope };
  };

  const unreadable = (envelope: Envelope, context: SecretContext): Promise<void> =>
    expect(sealer.open(envelope, context)).rejects.toThrow(new SecretUnreadable());

  beforeEach(async () => {
    keyRing = new FakeKeyRing();
    const { masterKey } = await new FakeMasterKeySource('material').create(newId());
    const masterKeys = {
      active: () => masterKey,
      find: async (id: string) => (id === masterKey.id ? masterKey : undefined),
    };
    sealer = envelopeSecretSealer({ keyRing, masterKeys, isUnused: () => Promise.resolve(true) });
    secret = await seal('sk-canary-Qm9vZ3VzS2V5', { secretId: newId(), version: 1, owner: 'ada@example.com' });
  });

  it('format, nonce, ciphertext and tag', async () => {
    const { envelope, context } = secret;
    await fc.assert(
      fc.asyncProperty(mutated(Buffer.from(envelope.sealed, 'base64')), (bytes) =>
        unreadable({ ...envelope, sealed: Buffer.from(bytes).toString('base64') }, context),
      ),
      { numRuns: 1_000 },
    );
  });

  it('the wrapped data key', async () => {
    const { envelope, context } = secret;
    const row = keyRing.rows.get(envelope.dataKeyId)!;
    await fc.assert(
      fc.asyncProperty(mutated(row.wrapped), async (wrapped) => {
        keyRing.rows.set(row.keyId, { ...row, wrapped });
        await unreadable(envelope, context);
      }),
      { numRuns: 1_000 },
    );
    keyRing.rows.set(row.keyId, row);
    expect((await sealer.open(envelope, context)).revealText(SecretAccess.granted)).toBe(secret.text);
  });

  it('each part of the associated data', async () => {
    const { envelope, context } = secret;
    const whole = { ...envelope, ...context };
    const part = fc.constantFrom('algorithm', 'dataKeyId', 'masterKeyId', 'owner', 'secretId', 'version');
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', '1', newId()), fc.integer(), fc.double());
    await fc.assert(
      fc.asyncProperty(part, value, async (name, other) => {
        fc.pre(!Object.is(other, whole[name as keyof typeof whole]));
        const { algorithm, dataKeyId, masterKeyId, sealed, ...place } = { ...whole, [name]: other } as typeof whole;
        await unreadable({ algorithm, dataKeyId, masterKeyId, sealed }, place);
      }),
      { numRuns: 1_000 },
    );
  });

  it('any parts of it for those of others', async () => {
    const all = [
      secret,
      await seal('another', { ...secret.context, version: 2 }),
      await seal('of the same owner', { ...secret.context, secretId: newId() }),
      await seal('of somebody else', { ...secret.context, owner: 'mallory@example.com' }),
    ];
    const rows = all.map(({ envelope }) => keyRing.rows.get(envelope.dataKeyId)!);
    const which = fc.nat({ max: all.length - 1 });
    await fc.assert(
      fc.asyncProperty(which, which, which, which, async (text, key, wrapped, place) => {
        fc.pre(new Set([text, key, wrapped, place]).size > 1);
        const [{ envelope }, { context }] = [all[text]!, all[place]!];
        const { keyId } = rows[key]!;
        keyRing.rows.set(keyId, { ...rows[wrapped]!, keyId });
        await unreadable({ ...envelope, dataKeyId: keyId }, context);
        for (const row of rows) keyRing.rows.set(row.keyId, row);
      }),
      { numRuns: 500 },
    );
    for (const { envelope, context, text } of all)
      expect((await sealer.open(envelope, context)).revealText(SecretAccess.granted)).toBe(text);
  });
});
