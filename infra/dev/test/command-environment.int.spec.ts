import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from '@jest/globals';
import { inRepository } from '@keyledger/testing';
import { commandEnvironment, offerCommands } from '../src/stack/command-environment.ts';
import { readPorts } from '../src/stack/ports.ts';
import { openSecrets } from '../src/stack/secrets.ts';

const directory = mkdtempSync(path.join(tmpdir(), 'keyledger-commands-'));
const file = path.join(directory, 'vault-commands.json');

afterAll(() => rmSync(directory, { recursive: true }));

const offer = async (given: NodeJS.ProcessEnv) => {
  const secrets = await openSecrets(path.join(directory, 'secrets'), 5432);
  const rest = { litellmUrl: 'http://127.0.0.1:4000', configFile: undefined, adminPasswordFile: undefined };
  return { secrets, commands: offerCommands(file, { given, ports: readPorts({}), secrets, ...rest }) };
};

describe('what commands of the vault find beside a running stack', () => {
  it('is addresses and names of files, and holds no secret', async () => {
    const { secrets, commands } = await offer({
      AWS_SECRET_ACCESS_KEY: 'canary',
      KEYLEDGER_AWS_KMS_KEY: 'alias/keyledger',
    });
    const text = readFileSync(file, 'utf8');
    const { databaseUrls, secretKey, natsPasswords, litellmMasterKey } = secrets;
    for (const { value } of [databaseUrls.vault, secretKey, natsPasswords.vault, litellmMasterKey])
      expect(text).not.toContain(value);
    expect(text).not.toContain('canary');
    expect(commandEnvironment({ PATH: '/bin' }, file)).toMatchObject({
      PATH: '/bin',
      DATABASE_URL_FILE: databaseUrls.vault.file,
      KEYLEDGER_SECRET_KEY_FILE: secretKey.file,
      NATS_USER: 'vault',
    });
    commands.withdraw();
  });

  it('gives way to what the command is given itself, by value or by file', async () => {
    const { commands } = await offer({});
    const environment = commandEnvironment({ KEYLEDGER_SECRET_KEY: 'another', NATS_PASSWORD_FILE: '/run/other' }, file);
    expect(environment).toMatchObject({ KEYLEDGER_SECRET_KEY: 'another', NATS_PASSWORD_FILE: '/run/other' });
    expect(environment).not.toHaveProperty('KEYLEDGER_SECRET_KEY_FILE');
    commands.withdraw();
  });

  it('is gone with the stack, and a command says so', async () => {
    const { commands } = await offer({});
    commands.withdraw();
    expect(existsSync(file)).toBe(false);
    expect(commandEnvironment({}, file)).toBeUndefined();
    const command = [inRepository('tools/run.mjs'), 'vault', '--data', directory, 'verify'];
    const { PATH, HOME } = process.env;
    await expect(promisify(execFile)(process.execPath, command, { env: { PATH, HOME } })).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^Keyledger does not run with the data in .*npm start/),
    });
  });
});
