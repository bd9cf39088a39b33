import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
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
