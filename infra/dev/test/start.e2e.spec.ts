import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { inRepository } from '@keyledger/testing';
import { removeDataDirectory } from '../src/index.ts';
import { freeEnvironment, processesOn, StackRun, until } from './stack-run.ts';

jest.setTimeout(120_000);

describe('npm start', () => {
  let directory: string;
  let environment: NodeJS.ProcessEnv;
  const runs: StackRun[] = [];

  const start = (changes: NodeJS.ProcessEnv = {}, command?: string[]): StackRun => {
    const run = new StackRun(directory, { ...environment, ...changes }, command);
    runs.push(run);
    return run;
  };
  const pidOf = (text: string): number | undefined =>
    processesOn(directory).find((pid) => commandLine(pid).includes(text));

  beforeEach(async () => {
    directory = mkdtempSync(path.join(tmpdir(), 'keyledger-start-'));
    environment = await freeEnvironment();
  });

  afterEach(async () => {
    for (const run of runs.splice(0)) if (run.child.exitCode === null) run.child.kill('SIGTERM');
    await until(() => processesOn(directory).length === 0);
    removeDataDirectory(directory);
  });

  it('runs everything until Ctrl-C, restarts what dies, and leaves no process behind', async () => {
    const run = start();
    const ready = await run.said(/^Keyledger is ready/);
    expect((await fetch(`${String(ready.gatewayUrl)}/api/models`)).status).toBe(200);
    expect((await fetch(`${String(ready.mailboxUrl)}/`)).status).toBe(200);

    process.kill(pidOf('services/vault/src/main.ts') ?? 0, 'SIGKILL');
    await run.said(/^vault ended \(SIGKILL\); starting it again$/);
    await run.said(/^vault is ready again$/);

    run.interrupt();
    await expect(run.ended()).resolves.toBe(0);
    expect(processesOn(directory)).toEqual([]);
    expect(run.lines.filter(({ msg }) => /was killed$/.test(msg))).toEqual([]);
  });

  it('lets the commands of the vault find it while it runs', async () => {
    const vault = async (...args: string[]) => {
      const { PATH, HOME } = environment;
      const command = [inRepository('tools/run.mjs'), 'vault', '--data', directory, ...args];
      return promisify(execFile)(process.execPath, command, { env: { PATH, HOME }, cwd: inRepository() });
    };
    const run = start();
    const ready = await run.said(/^Keyledger is ready/);
    const password = readFileSync(path.join(directory, 'secrets/admin-password'), 'utf8').trim();
    await fetch(`${String(ready.gatewayUrl)}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Basic ${btoa(`admin:${password}`)}` },
      body: JSON.stringify({
        query: 'mutation { sealSecret(input: { label: "mine", value: "sk-Zq8Wn3Rk5Tm2Vx7B" }) { __typename } }',
      }),
    });
    const backup = path.join(directory, 'key-ring.backup');
    expect((await vault('verify')).stderr).toMatch(/^2 readable, 0 unreadable$/m);
    expect((await vault('backup', '--file', backup)).stderr).toMatch(/^[1-9]\d* keys written$/m);
    expect(readFileSync(path.join(directory, 'vault-commands.json'), 'utf8')).not.toMatch(/postgres:\/\//);

    run.interrupt();
    await run.ended();
    await expect(vault('verify')).rejects.toThrow(/Keyledger does not run with the data in .*npm start/);
  });

  it('ends everything when npm itself is killed', async () => {
    const npm = start({}, ['npm', 'start', '--']);
    await npm.said(/^Keyledger is ready/);
    npm.child.kill('SIGKILL');
    await until(() => processesOn(directory).length === 0);
  });

  it('takes over from a run that was killed while its programs are still ending', async () => {
    const first = start();
    await first.said(/^Keyledger is ready/);
    process.kill(pidOf('infra/dev/src/main.ts') ?? 0, 'SIGKILL');
    await first.ended();
    const next = start();
    await next.said(/^The previous run ended without cleaning up/);
    await next.said(/^Keyledger is ready/);
  });

  it('says so when it runs already', async () => {
    const first = start();
    await first.said(/^Starting registry/);
    const second = start();
    await second.said(/^Keyledger runs already with the data in .*end it first/);
    await expect(second.ended()).resolves.toBe(1);
    expect(first.child.exitCode).toBeNull();
  });

  it('names a port that is taken, and what to do', async () => {
    const other = createServer().listen(Number(environment.MAILBOX_PORT), '127.0.0.1');
    const run = start();
    const port = Number(environment.MAILBOX_PORT);
    await run.said(
      new RegExp(`^Port ${port}, wanted for the mailbox page, is in use.*MAILBOX_PORT=${port + 1} npm start`),
    );
    await expect(run.ended()).resolves.toBe(1);
    other.close();
  });

  it('names two settings that lead to the same port, before it makes anything', async () => {
    const run = start({ PORT: environment.MAILBOX_PORT });
    await run.said(/^MAILBOX_PORT and PORT both lead to port \d+, for the mailbox page and for the gateway/);
    await expect(run.ended()).resolves.toBe(1);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('stops at a wrong value and says where it stands', async () => {
    const run = start({ APPROVAL_QUEUE_INTERVAL: 'soon' });
    await run.said(/APPROVAL_QUEUE_INTERVAL: expected/);
    await expect(run.ended()).resolves.toBe(1);
  });

  it('can be interrupted while it starts', async () => {
    const run = start();
    await run.said(/^Starting registry/);
    run.interrupt();
    await expect(run.ended()).resolves.toBe(1);
    expect(processesOn(directory)).toEqual([]);
  });
});

const commandLine = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
};
