import { beforeEach, describe, expect, it } from '@jest/globals';
import { AppError } from '@keyledger/errors';
import { newId } from '@keyledger/event-sourcing';
import { SecretAccess, SecretBytes } from '@keyledger/secrets';
import type { MasterKey } from '../../application/ports/master-key.port.ts';
import type { SealedSecret, SecretSealer } from '../../application/ports/secret-sealer.port.ts';
import { FakeKeyRing } from '../../application/ports/testing/key-ring.fake.ts';
import { FakeMasterKeySource } from '../../application/ports/testing/master-key-source.fake.ts';
import { envelopeSecretSealer } from './envelope.secret-sealer.ts';

const values = ['sk-canary-one', 'sk-canary-two', 'sk-canary-three'];
const contexts = values.map((_, index) => ({ secretId: newId(), version: index + 1, owner: 'ada@example.com' }));

describe('several secrets at once', () => {
  let keyRing: FakeKeyRing;
  let masterKeys: MasterKey[];
  let sealer: SecretSealer;
  let sealed: readonly SealedSecret[];

  const newMasterKey = async (): Promise<MasterKey> =>
    (await new FakeMasterKeySource('material').create(newId())).masterKey;

  const given = () => values.map((text, index) => ({ secret: SecretBytes.fromText(text), context: contexts[index]! }));
  const stored = () => sealed.map(({ envelope }, index) => ({ envelope, context: contexts[index]! }));
  const texts = async (wanted = stored()) =>
    (await sealer.openMany(wanted)).map((secret) => secret?.revealText(SecretAccess.granted));

  beforeEach(async () => {
    keyRing = new FakeKeyRing();
    masterKeys = [await newMasterKey()];
    sealer = envelopeSecretSealer({
      keyRing,
      masterKeys: {
        active: () => {
          const last = masterKeys.at(-1);
          if (last === undefined) throw new AppError('sealed', 'sealed');
          return last;
        },
        find: async (id) => masterKeys.find((each) => each.id === id),
      },
      isUnused: () => Promise.resolve(true),
    });
    sealed = await sealer.sealMany(given());
  });

  it('come back in their order, also one by one, and were sealed as each by itself would be', async () => {
    expect(await texts()).toEqual(values);
    for (const [index, { envelope, context }] of stored().entries())
      expect((await sealer.open(envelope, context)).revealText(SecretAccess.granted)).toBe(values[index]);
    const alone = await sealer.seal(SecretBytes.fromText(values[0]!), contexts[0]!);
    expect({ mask: alone.mask, fingerprint: alone.fingerprint }).toEqual({
      mask: sealed[0]!.mask,
      fingerprint: sealed[0]!.fingerprint,
    });
  });

  it('have a data key each', () => {
    expect(new Set(sealed.map(({ envelope }) => envelope.dataKeyId)).size).toBe(values.length);
  });

  it.each(['data key', 'ciphertext', 'context'] as const)(
    'open but for the one whose %s is not its own',
    async (part) => {
      const wanted = stored();
      const [first, second] = wanted as [(typeof wanted)[0], (typeof wanted)[0]];
      const changed = {
        'data key': { ...first, envelope: { ...first.envelope, dataKeyId: second.envelope.dataKeyId } },
        ciphertext: { ...first, envelope: { ...first.envelope, sealed: second.envelope.sealed } },
        context: { ...first, context: { ...first.context, version: 7 } },
      }[part];
      expect(await texts([changed, ...wanted.slice(1)])).toEqual([undefined, ...values.slice(1)]);
    },
  );

  it('open but for the one that is shredded', async () => {
    await keyRing.shred([sealed[1]!.envelope.dataKeyId]);
    expect(await texts()).toEqual([values[0], undefined, values[2]]);
  });

  it('open when one was wrapped anew and its master key retired between the reading and the opening', async () => {
    const { dataKeyId } = sealed[0]!.envelope;
    const [former] = masterKeys as [MasterKey];
    const present = await newMasterKey();
    const findMany = keyRing.findMany.bind(keyRing);
    keyRing.findMany = async (ids) => {
      const read = await findMany(ids);
      for (const { keyId } of read.values()) {
        const row = keyRing.rows.get(keyId)!;
        const context = { keyId, purpose: 'secret' } as const;
        const wrapped = await present.wrap(await former.unwrap(row.wrapped, context), context);
        keyRing.rows.set(keyId, { ...row, masterKeyId: present.id, wrapped });
      }
      masterKeys = [present];
      return read;
    };
    expect(keyRing.rows.has(dataKeyId)).toBe(true);
    expect(await texts()).toEqual(values);
  });

  it('are refused while the vault is sealed, and nothing is stored', async () => {
    masterKeys = [];
    const rows = keyRing.rows.size;
    await expect(sealer.sealMany(given())).rejects.toMatchObject({ code: 'sealed' });
    await expect(sealer.openMany(stored())).rejects.toMatchObject({ code: 'sealed' });
    expect(keyRing.rows.size).toBe(rows);
  });
});
