import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SecretAccess } from '@keyledger/secrets';
import { passphraseFile } from './passphrase-reader.ts';

describe('a passphrase in a file', () => {
  let directory: string;
  let file: string;
  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'passphrase-'));
    file = path.join(directory, 'secret-key');
  });
  afterEach(() => rm(directory, { recursive: true }));

  const read = async (): Promise<string | undefined> =>
    (await passphraseFile(file)())?.revealText(SecretAccess.granted);

  it.each([
    ['correct horse', 'correct horse'],
    ['correct horse\n', 'correct horse'],
    ['correct horse\r\n', 'correct horse'],
    ['correct horse\n\n', 'correct horse\n'],
    [' correct horse ', ' correct horse '],
    ['correct\rhorse\r', 'correct\rhorse\r'],
  ])('%j is read as %j', async (content, passphrase) => {
    await writeFile(file, content);
    expect(await read()).toBe(passphrase);
  });

  it.each(['', '\n', '\r\n'])('is none when the file holds %j', async (content) => {
    await writeFile(file, content);
    expect(await read()).toBeUndefined();
  });

  it('is none while there is no file, and read as soon as there is', async () => {
    expect(await read()).toBeUndefined();
    await writeFile(file, 'correct horse');
    expect(await read()).toBe('correct horse');
  });

  it('that cannot be read keeps the vault sealed and says why', async () => {
    await mkdir(file);
    await expect(read()).rejects.toMatchObject({ code: 'sealed', message: expect.stringContaining('EISDIR') });
  });
});
