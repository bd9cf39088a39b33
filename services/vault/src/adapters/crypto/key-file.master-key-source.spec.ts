import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@keyledger/event-sourcing';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { masterKeySourceContract } from '../../application/ports/testing/master-key-source.contract.ts';
import { FakeMasterKeySource } from '../../application/ports/testing/master-key-source.fake.ts';
import { keyFileMasterKeySource } from './key-file.master-key-source.ts';
import { severalMasterKeySources } from './several.master-key-sources.ts';

const directory = mkdtempSync(path.join(tmpdir(), 'key-file-'));
const material = randomBytes(32);
const at = (name: string): string => path.join(directory, name);

beforeAll(async () => {
  await writeFile(at('base64'), `${material.toString('base64')}\n`, { mode: 0o600 });
  await writeFile(at('hex'), material.toString('hex'), { mode: 0o600 });
  await writeFile(at('other'), randomBytes(32).toString('base64'), { mode: 0o600 });
});

afterAll(() => rmSync(directory, { recursive: true }));

masterKeySourceContract('a key file', () => ({
  source: keyFileMasterKeySource(at('base64')),
  same: keyFileMasterKeySource(at('hex')),
  withOtherMaterial: keyFileMasterKeySource(at('other')),
  withoutMaterial: keyFileMasterKeySource(at('missing')),
}));

masterKeySourceContract('a key file beside a passphrase', () => {
  const beside = (file: string) =>
    severalMasterKeySources('key-file', [new FakeMasterKeySource('material'), keyFileMasterKeySource(at(file))]);
  return {
    source: beside('base64'),
    same: beside('hex'),
    withOtherMaterial: beside('other'),
    withoutMaterial: beside('missing'),
  };
});

describe('a key file', () => {
  it.each([
    ['readable by everybody', 0o644],
    ['writable by its group', 0o660],
    ['readable by everybody and nobody else', 0o604],
  ])('that is %s is refused, with what to do', async (_how, mode) => {
    await writeFile(at('open'), material.toString('base64'));
    await chmod(at('open'), mode);
    await expect(keyFileMasterKeySource(at('open')).create(newId())).rejects.toMatchObject({
      code: 'sealed',
      message: `The key file may be read or written by others (mode 0${mode.toString(8)}): chmod 600`,
    });
  });

  it('may be read by its group', async () => {
    await writeFile(at('mounted'), material.toString('base64'));
    await chmod(at('mounted'), 0o440);
    await keyFileMasterKeySource(at('mounted')).create(newId());
  });

  it.each([
    ['nothing', ''],
    ['31 bytes', randomBytes(31).toString('base64')],
    ['33 bytes', randomBytes(33).toString('hex')],
    ['a passphrase', 'correct horse battery staple, thirty-two bytes'],
  ])('with %s is refused, without a word of it', async (_what, content) => {
    await writeFile(at('wrong'), content, { mode: 0o600 });
    await expect(keyFileMasterKeySource(at('wrong')).create(newId())).rejects.toMatchObject({
      code: 'sealed',
      message: 'The key file does not hold 32 bytes in base64 or hexadecimal',
    });
  });

  it('that is a directory is refused', async () => {
    await expect(keyFileMasterKeySource(directory).create(newId())).rejects.toMatchObject({ code: 'sealed' });
  });
});

describe('several sources', () => {
  const passphrase = new FakeMasterKeySource('material');

  it('open what each of them made, whichever writes', async () => {
    const masterKeyId = newId();
    const { parameters } = await passphrase.create(masterKeyId);
    const moved = severalMasterKeySources('key-file', [passphrase, keyFileMasterKeySource(at('base64'))]);
    expect((await moved.open({ masterKeyId, parameters })).id).toBe(masterKeyId);
    expect((await moved.create(newId())).parameters.source).toBe('key-file');
  });

  it('say which one is missing', async () => {
    const masterKeyId = newId();
    const { parameters } = await passphrase.create(masterKeyId);
    const only = severalMasterKeySources('key-file', [keyFileMasterKeySource(at('base64'))]);
    await expect(only.open({ masterKeyId, parameters })).rejects.toMatchObject({
      code: 'sealed',
      message: 'A master key is from the source passphrase, which is not configured',
    });
  });
});
