import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { testPool } from '@keyledger/testing';
import type pg from 'pg';
import { admin, asking, revealKey, type VaultClient } from './vault-client.ts';
import { startVaultStack, type VaultStack } from './vault-stack.ts';

jest.setTimeout(150_000);

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The commands of the runbook, in its order. */
const stepsOfRunbook = async (): Promise<readonly (readonly string[])[]> => {
  const runbook = await readFile(path.join(root, 'docs/runbooks/key-ring-backup.md'), 'utf8');
  const blocks = [...runbook.matchAll(/```sh\n([^`]*)```/g)].map(([, block]) => block!.trim());
  return blocks.map((command) => command.split(' '));
};

describe('the runbook of the key ring', () => {
  let stack: VaultStack;
  let directory: string;
  let pool: pg.Pool;
  let delivery: VaultClient;
  let gateway: VaultClient;

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'key-ring-'));
    stack = await startVaultStack();
    [delivery, gateway] = [await stack.clientOf('delivery'), await stack.clientOf('gateway')];
    pool = testPool(stack.database.urlFor('vault'));
    await stack.startReplica();
  });

  afterAll(async () => {
    await pool.end();
    await stack.close();
    await rm(directory, { recursive: true });
  });

  /** Runs a command as it stands, in a directory of its own. */
  const follow = (
    command: readonly string[],
    also: Readonly<Record<string, string>> = {},
  ): Promise<{ code: number; said: string }> => {
    const [npm, run, silent, name, dashes, ...args] = command;
    expect([npm, run, silent, name, dashes]).toEqual(['npm', 'run', '--silent', 'vault', '--']);
    const { PATH = '' } = process.env;
    const node = [
      '--conditions=@keyledger/source',
      '--import',
      path.join(root, 'tools/swc-register.mjs'),
      path.join(root, 'services/vault/src/cli.ts'),
    ];
    const options = { cwd: directory, env: { PATH, ...stack.environment, ...also } };
    return new Promise((resolve) => {
      execFile(process.execPath, [...node, ...args], options, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), said: stdout + stderr });
      });
    });
  };

  const issued = async (): Promise<string> => {
    const { leaseId } = await stack.approve();
    await stack.heard.until(leaseId, 'LeaseIssued');
    return leaseId;
  };

  it('can be followed step by step: what was lost or damaged opens again, also after a rotation', async () => {
    const [backup, verify, restore] = await stepsOfRunbook();
    const leases = [await issued(), await issued(), await issued()];

    expect(await follow(backup!)).toEqual({ code: 0, said: '4 keys written\n' });
    const file = path.join(directory, 'key-ring.backup');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await follow(backup!)).toMatchObject({ code: 1, said: expect.stringContaining('EEXIST') });
    expect(await follow(verify!)).toEqual({ code: 0, said: '3 readable, 0 unreadable\n' });

    const { rows } = await pool.query<{ key_id: string }>(`select key_id from key_ring where purpose = 'secret'`);
    await pool.query('delete from key_ring where key_id = $1', [rows[0]!.key_id]);
    await pool.query(`update key_ring set wrapped = decode('00', 'hex') where key_id = $1`, [rows[1]!.key_id]);
    const lost = await follow(verify!);
    expect(lost.code).toBe(1);
    expect(lost.said.match(/"outcome":"unreadable"/g)).toHaveLength(2);
    expect(lost.said).toContain('1 readable, 2 unreadable');

    const marked = async () =>
      (await Promise.all(leases.map((secretId) => gateway.GetSecret({ secretId }, asking(admin))))).filter(
        (secret) => secret?.unreadableSince !== undefined,
      );
    expect(await marked()).toHaveLength(2);

    await gateway.RotateMasterKey({}, asking(admin));
    while ((await gateway.ListMasterKeys({}, asking(admin))).rotation?.completedAt === undefined);
    const restored = await follow(restore!);
    expect(restored.code).toBe(0);
    expect(restored.said.trim().split(', ').sort()).toEqual(['1 replaced', '1 restored', '2 present']);
    expect(await follow(verify!)).toEqual({ code: 0, said: '3 readable, 0 unreadable\n' });
    expect(await marked()).toEqual([]);
    for (const leaseId of leases) expect(await revealKey(delivery, leaseId)).toMatch(/^sk-/);
    expect(await follow(restore!)).toEqual({ code: 0, said: '4 present\n' });
  });

  it('brings back the fingerprint key, which is made only once, and replaces it where there is no backup', async () => {
    const [, , restore] = await stepsOfRunbook();
    const fingerprintOf = async (leaseId: string) =>
      (await gateway.GetSecret({ secretId: leaseId }, asking(admin)))?.fingerprint;
    const lose = () => pool.query(`delete from key_ring where purpose = 'fingerprint'`);
    const replace = ['npm', 'run', '--silent', 'vault', '--', 'replace-fingerprint-key'];
    expect(await follow(replace)).toMatchObject({ code: 1, said: expect.stringContaining('stays as it is') });
    await lose();
    await stack.startReplica(); // knows no fingerprint key yet
    expect(await follow(restore!)).toMatchObject({ code: 0, said: expect.stringContaining('1 restored') });
    expect(await fingerprintOf(await issued())).toMatch(/./);

    await lose();
    expect(await follow(replace)).toMatchObject({ code: 0, said: expect.stringContaining('restart every vault') });
    expect(await follow(restore!)).toMatchObject({ code: 1, said: expect.stringContaining('"outcome":"different"') });
  });

  it('brings back nothing that was not kept, and uses nothing of a damaged file', async () => {
    const [, , restore] = await stepsOfRunbook();
    const file = path.join(directory, 'key-ring.backup');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('"purpose":"secret"', '"purpose":"secreT"'));
    expect(await follow(restore!)).toMatchObject({ code: 1, said: expect.stringContaining('is damaged') });
    await writeFile(file, text);
    const before = await pool.query('select key_id, wrapped from key_ring order by key_id');
    await follow(restore!);
    expect((await pool.query('select key_id, wrapped from key_ring order by key_id')).rows).toEqual(before.rows);
  });

  it('says what is wrong where nobody expected it, and not only that there is a log', async () => {
    const [, verify] = await stepsOfRunbook();
    const elsewhere = new URL(stack.database.urlFor('vault'));
    elsewhere.pathname = '/no_such_database';
    const also = { DATABASE_URL: elsewhere.href, EVENT_STORE_URL: stack.database.urlFor('vault') };
    const { code, said } = await follow(verify!, also);
    expect(code).toBe(1);
    expect(said).toContain('no_such_database');
  });
});
