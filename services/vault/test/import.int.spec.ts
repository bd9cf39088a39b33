import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadStream } from '@keyledger/event-sourcing';
import { migrateService } from '@keyledger/projections-postgres';
import { SecretAccess } from '@keyledger/secrets';
import { type TestDatabase, testPostgres, type TestPostgres } from '@keyledger/testing';
import { readConfig } from '../src/config.ts';
import { derivedFernetKey, rawFernetKey } from '../src/adapters/crypto/fernet/fernet-key.ts';
import { writtenToken } from '../src/adapters/crypto/fernet/testing/written-token.ts';
import { secret } from '../src/domain/secret/secret.decider.ts';
import { openSealer } from '../src/open-sealer.ts';

import { addDatabase, Haystack } from './haystack.ts';

jest.setTimeout(60_000);

const root = fileURLToPath(new URL('../../..', import.meta.url));

interface Ran {
  readonly code: number;
  readonly reports: readonly Record<string, string>[];
  readonly stdout: string;
  readonly stderr: string;
}

const NEW_KEY = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=';
const OLD_KEY = 'ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=';
const SECRET_KEY = 'the SECRET_KEY of the application';

const KEYS = ['sk-first-000000000000000000', 'sk-second-00000000000000000', 'sk-third-000000000000000000'] as const;

describe('npm run vault -- import', () => {
  let postgres: TestPostgres;
  let database: TestDatabase;
  let directory: string;
  let env: Record<string, string>;

  beforeAll(async () => {
    postgres = await testPostgres();
    database = await postgres.createDatabase();
    directory = await mkdtemp(path.join(tmpdir(), 'import-'));
    await migrateService({
      databaseUrl: database.urlFor('vault'),
      schema: 'vault',
      directory: fileURLToPath(new URL('../migrations', import.meta.url)),
    });
    env = {
      // Not asked for anything: a command that seals needs no messaging.
      NATS_URL: 'nats://127.0.0.1:1',
      NATS_PASSWORD: 'unused',
      PRINCIPAL_KEY_FILE: 'unused',
      PRINCIPAL_TRUST_FILE: 'unused',
      LITELLM_BASE_URL: 'http://127.0.0.1:1',
      DATABASE_URL: database.urlFor('vault'),
      KEYLEDGER_SECRET_KEY: 'correct horse battery staple',
    };
  });

  afterAll(async () => {
    await database.drop();
    await postgres.stop();
    await rm(directory, { recursive: true });
  });

  const written = async (name: string, content: string): Promise<string> => {
    const file = path.join(directory, name);
    await writeFile(file, content);
    return file;
  };

  const vault = (args: readonly string[], environment: Readonly<Record<string, string>> = env): Promise<Ran> => {
    const { PATH = '' } = process.env;
    const node = [
      '--conditions=@keyledger/source',
      '--import',
      './tools/swc-register.mjs',
      'services/vault/src/cli.ts',
    ];
    return new Promise((resolve) => {
      const options = { cwd: root, env: { PATH, ...environment } };
      const child = execFile(process.execPath, [...node, ...args], options, (_error, stdout, stderr) => {
        const reports = stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
        resolve({ code: child.exitCode ?? -1, reports, stdout, stderr });
      });
    });
  };

  /** Every row of every table. */
  const rows = async (): Promise<readonly string[]> => {
    const found: string[] = [];
    await addDatabase({ add: (place, text) => void found.push(`${place}: ${text}`) }, database.adminUrl);
    return found;
  };

  const importing = async (format: string, records: string, keys: string, environment = env): Promise<Ran> => {
    const [file, keyFile] = [await written('records', records), await written('keys', keys)];
    return vault(['import', '--format', format, '--file', file, '--key-file', keyFile], environment);
  };

  /** What a vault opens that was started after the import. */
  const keyAt = async (secretId: string | undefined): Promise<string> => {
    await using opened = await openSealer(readConfig(env));
    const { state } = await loadStream(opened.eventStore, secret, secretId ?? '');
    if (state.status === 'absent') throw new Error('There is no such secret');
    const context = { secretId: secretId ?? '', version: 1, owner: state.owner };
    using key = await opened.sealer.open(state.versions[0]!.envelope, context);
    return key.revealText(SecretAccess.granted);
  };

  const token = (key: string, fernetKey: string): string => writtenToken(Buffer.from(key), rawFernetKey(fernetKey)!);

  const openHands = [
    { id: 'a', user_id: 'ada', name: 'Mine', api_key_encrypted: token(KEYS[0], NEW_KEY) },
    { id: 'b', user_id: 'ada', name: 'Copy', api_key_encrypted: token(KEYS[0], OLD_KEY) },
    { id: 'c', user_id: 'grace', name: 'Hers', api_key_encrypted: token(KEYS[1], OLD_KEY) },
    { id: 'd', user_id: 'grace', name: 'Lost', api_key_encrypted: token('**********', NEW_KEY) },
    { id: 'e', user_id: 'grace', name: 'Foreign', api_key_encrypted: token(KEYS[2], NEW_KEY).replace('gAAA', 'gAAB') },
  ];
  const ndjson = openHands.map((record) => JSON.stringify(record)).join('\n');

  it('seals the keys of OpenHands and tells what became of each record', async () => {
    const { code, reports, stderr } = await importing('openhands', ndjson, `${NEW_KEY}\n${OLD_KEY}\n`);
    expect(reports).toMatchObject([
      { recordId: 'a', outcome: 'imported' },
      { recordId: 'b', outcome: 'duplicate', secretId: reports[0]?.secretId },
      { recordId: 'c', outcome: 'imported' },
      { recordId: 'd', outcome: 'only-a-mask' },
      { recordId: 'e', outcome: 'could-not-be-opened' },
    ]);
    // There is something left for people to do.
    expect(code).toBe(1);
    expect(stderr).toBe('2 imported, 1 duplicate, 1 only-a-mask, 1 could-not-be-opened\n');
    expect(await keyAt(reports[0]?.secretId)).toBe(KEYS[0]);
    expect(await keyAt(reports[2]?.secretId)).toBe(KEYS[1]);
  });

  it('changes nothing when it runs again, with the file as an array', async () => {
    const before = await rows();
    const first = await importing(
      'openhands',
      JSON.stringify(openHands.slice(0, 3), undefined, 2),
      `${NEW_KEY}\n${OLD_KEY}`,
    );
    expect(first).toMatchObject({ code: 0, stderr: '3 duplicate\n' });
    expect(await rows()).toEqual(before);
  });

  it('seals the keys of FeedForward, encrypted under a key derived from its SECRET_KEY', async () => {
    const salt = Buffer.from('feedforward_salt');
    const key = await derivedFernetKey(Buffer.from(SECRET_KEY), { salt, iterations: 100_000 });
    const stored = Buffer.from(writtenToken(Buffer.from(KEYS[2]), key)).toString('base64');
    const record = {
      id: 1,
      name: 'GPT-4',
      owner_type: 'system',
      owner_id: null,
      api_config: JSON.stringify({ api_key_encrypted: stored }),
    };
    const { code, reports } = await importing('feedforward', JSON.stringify([record]), `${SECRET_KEY}\n`);
    expect({ code, reports }).toMatchObject({ code: 0, reports: [{ owner: 'system', outcome: 'imported' }] });
    expect(await keyAt(reports[0]?.secretId)).toBe(KEYS[2]);
  });

  it('leaves no key behind in the database or in what it prints', async () => {
    const haystack = new Haystack();
    await addDatabase(haystack, database.adminUrl);
    const again = await importing('openhands', ndjson, `${NEW_KEY}\n${OLD_KEY}\n`);
    haystack.add('output', again.stdout + again.stderr);
    expect(haystack.find('SecretSealed').length).toBeGreaterThan(0);
    for (const each of [...KEYS, NEW_KEY, OLD_KEY, SECRET_KEY]) expect(haystack.find(each)).toEqual([]);
  });

  it('stops with the reason while the vault is sealed, and writes nothing', async () => {
    const before = await rows();
    const wrong = { ...env, KEYLEDGER_SECRET_KEY: 'another passphrase than before' };
    const ran = await importing('openhands', ndjson, NEW_KEY, wrong);
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(ran.stderr).toContain('is not the one of the master key');
    expect(await rows()).toEqual(before);
  });

  it.each([
    ['an unknown format', ['import', '--format', 'csv', '--file', 'f', '--key-file', 'k']],
    ['an unknown option', ['import', '--format', 'openhands', '--file', 'f', '--key-file', 'k', '--force']],
  ])('explains itself to whoever gives %s', async (_name, args) => {
    expect(await vault(args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('Usage') });
  });

  it('says which file cannot be read', async () => {
    const keyFile = await written('keys', NEW_KEY);
    const absent = path.join(directory, 'absent');
    const noFile = await vault(['import', '--format', 'openhands', '--file', absent, '--key-file', keyFile]);
    expect(noFile).toMatchObject({ code: 1, stderr: 'The file with the records cannot be read: ENOENT\n' });
    const noKeys = await vault(['import', '--format', 'openhands', '--file', keyFile, '--key-file', absent]);
    expect(noKeys).toMatchObject({ code: 1, stderr: 'The file with the keys cannot be read: ENOENT\n' });
  });
});
