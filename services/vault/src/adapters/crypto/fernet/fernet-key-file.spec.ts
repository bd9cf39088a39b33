import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SecretAccess } from '@keyledger/secrets';
import { TokenUnreadable } from '../../../application/ports/token-opener.port.ts';
import { feedForwardKey, fernetKeyFile, type FernetKeyLine, rawOrDerivedKey } from './fernet-key-file.ts';
import { derivedFernetKey, rawFernetKey } from './fernet-key.ts';
import { writtenToken } from './testing/written-token.ts';

const KEY = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=';
const OLD_KEY = 'ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=';

describe('a file with Fernet keys', () => {
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'fernet-keys-'));
  });

  afterAll(() => rm(directory, { recursive: true }));

  const opener = async (content: string, keyOf: FernetKeyLine = rawOrDerivedKey) => {
    const file = path.join(directory, 'keys');
    await writeFile(file, content);
    return fernetKeyFile(file, keyOf);
  };

  it.each([
    ['a line end', `${KEY}\n`],
    ['no line end', KEY],
    ['line ends of Windows', `${KEY}\r\n${OLD_KEY}\r\n`],
    ['empty lines', `\n${OLD_KEY}\n\n${KEY}\n\n`],
  ])('opens what one of its keys wrote, with %s', async (_name, content) => {
    const token = writtenToken(Buffer.from('a key'), rawFernetKey(KEY)!);
    expect((await opener(content)).open(token).revealText(SecretAccess.granted)).toBe('a key');
  });

  it('does not open what another key wrote', async () => {
    const { open } = await opener(KEY);
    expect(() => open(writtenToken(Buffer.from('a key'), rawFernetKey(OLD_KEY)!))).toThrow(new TokenUnreadable());
  });

  it('may give a passphrase, with the salt and the iterations of its derivation', async () => {
    const passphrase = 'päss:wörd';
    const derived = await derivedFernetKey(Buffer.from(passphrase), { salt: Buffer.from('salt'), iterations: 1000 });
    const { open } = await opener(`pbkdf2-sha256:1000:${Buffer.from('salt').toString('base64')}:${passphrase}\n`);
    expect(open(writtenToken(Buffer.from('a key'), derived)).revealText(SecretAccess.granted)).toBe('a key');
  });

  it('has the SECRET_KEY itself for FeedForward, whatever it looks like', async () => {
    const secretKey = 'pbkdf2-sha256:1:c2FsdA==:not what it seems ';
    const salt = Buffer.from('feedforward_salt');
    const derived = await derivedFernetKey(Buffer.from(secretKey), { salt, iterations: 100_000 });
    const { open } = await opener(`${secretKey}\n`, feedForwardKey);
    expect(open(writtenToken(Buffer.from('a key'), derived)).revealText(SecretAccess.granted)).toBe('a key');
  });

  it.each([
    ['a key without padding', KEY.replace('=', '')],
    ['a key of another length', 'AAECAwQFBgcICQoLDA0ODw=='],
    ['a passphrase without a derivation', 'correct horse battery staple'],
    ['no iterations', 'pbkdf2-sha256:0:c2FsdA==:passphrase'],
    ['no salt', 'pbkdf2-sha256:1000::passphrase'],
  ])('is refused with %s; the line is named and not quoted', async (_name, line) => {
    await expect(opener(`${KEY}\n${line}\n`)).rejects.toMatchObject({
      code: 'malformed',
      message: 'The file with the keys has something else than a key on its line 2',
    });
  });

  it.each(['', '\n\r\n'])('is refused when it is empty: %j', async (content) => {
    await expect(opener(content)).rejects.toMatchObject({ code: 'malformed' });
  });

  it('is refused when it is not there', async () => {
    await expect(fernetKeyFile(path.join(directory, 'absent'), rawOrDerivedKey)).rejects.toMatchObject({
      code: 'malformed',
      message: 'The file with the keys cannot be read: ENOENT',
    });
  });
});
