import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createSecretKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fingerprintOf, SecretAccess, SecretBytes } from '@keyledger/secrets';
import type { KnownMasterKey } from '../../domain/master-key/master-key.parameters.ts';
import type { Envelope } from '../../domain/secret/secret.messages.ts';
import type { MasterKey, WrapContext } from '../../application/ports/master-key.port.ts';
import { type SecretContext, SecretUnreadable } from '../../application/ports/secret-sealer.port.ts';
import { FakeKeyRing } from '../../application/ports/testing/key-ring.fake.ts';
import { envelopeSecretSealer } from './envelope.secret-sealer.ts';
import { passphraseMasterKeySource } from './passphrase.master-key-source.ts';

jest.setTimeout(30_000);

type Case<Given, Expected> = Given & { readonly name: string; readonly failure?: string } & Partial<Expected>;

interface Vectors {
  readonly masterKey: KnownMasterKey & { readonly passphrase: string };
  readonly keyRing: readonly (WrapContext & { readonly masterKeyId: string; readonly wrapped: string })[];
  readonly passphrases: readonly Case<KnownMasterKey & { readonly passphrase: string }, unknown>[];
  readonly wrappedKeys: readonly Case<WrapContext & { readonly wrapped: string }, { readonly key: string }>[];
  readonly secrets: readonly Case<
    { readonly envelope: Envelope; readonly context: SecretContext },
    { readonly plaintext: string }
  >[];
  readonly fingerprintKey: string;
  readonly fingerprints: readonly Case<{ readonly value: string; readonly fingerprint: string }, unknown>[];
}

/** Made by `envelope.py` with another implementation of the same algorithms. */
const vectors = JSON.parse(
  readFileSync(new URL('../../../test/vectors/envelope.json', import.meta.url), 'utf8'),
) as Vectors;

const sourceWith = (passphrase: string) =>
  passphraseMasterKeySource({
    read: () => Promise.resolve(SecretBytes.fromText(passphrase)),
    configuredBy: 'the vector',
  });

const named = <C extends { readonly name: string }>(cases: readonly C[]): [string, C][] =>
  cases.map((each) => [each.name, each]);

describe('the vectors', () => {
  it('are failures for the greater half', () => {
    const all = [...vectors.passphrases, ...vectors.wrappedKeys, ...vectors.secrets, ...vectors.fingerprints];
    const failures = all.filter(({ failure }) => failure !== undefined);
    expect(failures.length).toBeGreaterThan(all.length / 2);
  });
});

describe('a master key', () => {
  it.each(named(vectors.passphrases))('with %s', async (_name, { passphrase, failure, ...known }) => {
    const opened = sourceWith(passphrase).open(known);
    if (failure === undefined) expect((await opened).id).toBe(known.masterKeyId);
    else await expect(opened).rejects.toMatchObject({ code: failure });
  });
});

describe('a fingerprint', () => {
  const key = createSecretKey(Buffer.from(vectors.fingerprintKey, 'hex'));

  it.each(named(vectors.fingerprints))('of %s', (_name, { value, fingerprint, failure }) => {
    const computed = fingerprintOf(SecretBytes.copyOf(Buffer.from(value, 'hex')), key);
    expect(computed === fingerprint).toBe(failure === undefined);
  });
});

describe('with the master key open', () => {
  let masterKey: MasterKey;
  const keyRing = new FakeKeyRing();

  beforeAll(async () => {
    masterKey = await sourceWith(vectors.masterKey.passphrase).open(vectors.masterKey);
    for (const { wrapped, ...row } of vectors.keyRing)
      await keyRing.add({ ...row, wrapped: Buffer.from(wrapped, 'base64') });
  });

  describe('a wrapped key', () => {
    it.each(named(vectors.wrappedKeys))('%s', async (_name, { wrapped, key, failure, keyId, purpose }) => {
      const unwrapped = masterKey.unwrap(Buffer.from(wrapped, 'base64'), { keyId, purpose });
      if (failure === undefined) expect((await unwrapped).export().toString('hex')).toBe(key);
      else await expect(unwrapped).rejects.toThrow(SecretUnreadable);
    });
  });

  describe('a secret', () => {
    const open = (envelope: Envelope, context: SecretContext): Promise<SecretBytes> => {
      const masterKeys = {
        active: () => masterKey,
        find: async (id: string) => (id === masterKey.id ? masterKey : undefined),
      };
      return envelopeSecretSealer({ keyRing, masterKeys, isUnused: () => Promise.resolve(true) }).open(
        envelope,
        context,
      );
    };

    it.each(named(vectors.secrets))('%s', async (_name, { envelope, context, plaintext, failure }) => {
      const opened = open(envelope, context);
      if (failure === undefined) {
        expect(Buffer.from((await opened).reveal(SecretAccess.granted)).toString('hex')).toBe(plaintext);
      } else {
        // Always the same text: it must not tell what was wrong.
        await expect(opened).rejects.toThrow(new SecretUnreadable());
      }
    });
  });
});
