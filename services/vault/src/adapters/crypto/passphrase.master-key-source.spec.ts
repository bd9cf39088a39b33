import { describe, expect, it, jest } from '@jest/globals';
import { newId } from '@keyledger/event-sourcing';
import { SecretBytes } from '@keyledger/secrets';
import type { MasterKeySource } from '../../application/ports/master-key.port.ts';
import type { PassphraseParameters } from '../../domain/master-key/master-key.parameters.ts';
import { masterKeySourceContract } from '../../application/ports/testing/master-key-source.contract.ts';
import { passphraseMasterKeySource } from './passphrase.master-key-source.ts';

jest.setTimeout(30_000);

const sourceWith = (passphrase: string | undefined): MasterKeySource =>
  passphraseMasterKeySource({
    read: () => Promise.resolve(passphrase === undefined ? undefined : SecretBytes.fromText(passphrase)),
    configuredBy: 'KEYLEDGER_SECRET_KEY',
  });

masterKeySourceContract('a passphrase', () => ({
  source: sourceWith('correct horse battery staple'),
  same: sourceWith('correct horse battery staple'),
  withOtherMaterial: sourceWith('correct horse battery stapler'),
  withoutMaterial: sourceWith(undefined),
}));

describe('a master key from a passphrase', () => {
  it('says which variable to set', async () => {
    await expect(sourceWith(undefined).create(newId())).rejects.toThrow('No master key: set KEYLEDGER_SECRET_KEY');
  });

  it('is not made from a short one', async () => {
    await expect(sourceWith('fifteen letters').create(newId())).rejects.toMatchObject({
      code: 'sealed',
      message: 'The passphrase of KEYLEDGER_SECRET_KEY is shorter than 16 characters',
    });
  });

  it('has a salt of its own and 600 000 iterations of PBKDF2-HMAC-SHA256', async () => {
    const source = sourceWith('correct horse battery staple');
    const [first, second] = [await source.create(newId()), await source.create(newId())].map(
      ({ parameters }) => parameters as PassphraseParameters,
    ) as [PassphraseParameters, PassphraseParameters];
    expect(first).toMatchObject({ derivation: 'PBKDF2-HMAC-SHA256', iterations: 600_000 });
    expect(Buffer.from(first.salt, 'base64')).toHaveLength(32);
    expect(second.salt).not.toBe(first.salt);
  });

  it('lets the event loop go on while it is derived', async () => {
    let turns = 0;
    const turning = setInterval(() => (turns += 1), 1);
    await sourceWith('correct horse battery staple').create(newId());
    clearInterval(turning);
    expect(turns).toBeGreaterThan(0);
  });

  it('is found when the passphrase is put right', async () => {
    let passphrase = 'the wrong passphrase';
    const source = passphraseMasterKeySource({
      read: () => Promise.resolve(SecretBytes.fromText(passphrase)),
      configuredBy: 'KEYLEDGER_SECRET_KEY_FILE',
    });
    const masterKeyId = newId();
    const { parameters } = await sourceWith('correct horse battery staple').create(masterKeyId);
    await expect(source.open({ masterKeyId, parameters })).rejects.toThrow('is not the one of the master key');
    passphrase = 'correct horse battery staple';
    expect((await source.open({ masterKeyId, parameters })).id).toBe(masterKeyId);
  });

  const after = (passphrase: string, former: string): MasterKeySource =>
    passphraseMasterKeySource({
      read: () => Promise.resolve(SecretBytes.fromText(passphrase)),
      configuredBy: 'KEYLEDGER_SECRET_KEY',
      former: {
        read: () => Promise.resolve(SecretBytes.fromText(former)),
        configuredBy: 'KEYLEDGER_OLD_SECRET_KEY',
      },
    });

  it('is opened with the former passphrase after a change, and made with the new one', async () => {
    const masterKeyId = newId();
    const { parameters } = await sourceWith('correct horse battery staple').create(masterKeyId);
    const changed = after('a new passphrase, longer', 'correct horse battery staple');
    expect((await changed.open({ masterKeyId, parameters })).id).toBe(masterKeyId);
    const next = newId();
    const made = await changed.create(next);
    const reopened = await sourceWith('a new passphrase, longer').open({ masterKeyId: next, ...made });
    expect(reopened.id).toBe(next);
  });

  it('says that neither passphrase is the right one', async () => {
    const masterKeyId = newId();
    const { parameters } = await sourceWith('correct horse battery staple').create(masterKeyId);
    await expect(
      after('another passphrase', 'and another one still').open({ masterKeyId, parameters }),
    ).rejects.toMatchObject({
      code: 'sealed',
      message:
        `The passphrase of KEYLEDGER_SECRET_KEY is not the one of the master key ${masterKeyId}, ` +
        'nor is the former one, which KEYLEDGER_OLD_SECRET_KEY gives',
    });
  });
});
