import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from '@jest/globals';
import { startGuarded } from '../src/processes/guarded-process.ts';
import { inRepository } from '../src/repository.ts';

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const shell = (script: string) => ({ command: '/bin/sh', args: ['-c', script] });

describe('a guarded process', () => {
  it('tells how the program ended', async () => {
    await expect(startGuarded(shell('exit 3')).exited).resolves.toEqual({ code: 3, signal: null });
  });

  it('passes on what it prints, line by line', async () => {
    const lines: string[] = [];
    const child = startGuarded({
      ...shell('echo one; echo two >&2'),
      onLine: (line, from) => lines.push(`${from} ${line}`),
    });
    await child.exited;
    await until(() => lines.length === 2);
    expect(lines.sort()).toEqual(['stderr two', 'stdout one']);
  });

  it('learns nothing from the environment but where things are', async () => {
    const lines: string[] = [];
    process.env.A_PASSWORD = 'canary';
    const child = startGuarded({ command: '/usr/bin/env', args: [], onLine: (line) => lines.push(line) });
    delete process.env.A_PASSWORD;
    await child.exited;
    await until(() => lines.some((line) => line.startsWith('PATH=')));
    const known = new Set(['PATH', 'HOME', 'TMPDIR', 'LANG', 'LC_ALL', 'TZ', 'PWD', 'OLDPWD', 'SHLVL', '_']);
    expect(lines.map((line) => line.replace(/=.*/, '')).filter((name) => !known.has(name))).toEqual([]);
  });

  it('is asked to end with the signal of its choice', async () => {
    const lines: string[] = [];
    const child = startGuarded({
      ...shell('trap "exit 7" INT; echo ready; while :; do sleep 0.05; done'),
      endSignal: 'SIGINT',
      onLine: (line) => lines.push(line),
    });
    await until(() => lines.includes('ready'));
    await child.stop();
    await expect(child.exited).resolves.toEqual({ code: 7, signal: null });
  });

  it('is killed when it does not listen', async () => {
    const lines: string[] = [];
    const child = startGuarded({
      ...shell('trap "" TERM; echo ready; while :; do sleep 0.05; done'),
      graceMs: 100,
      onLine: (line) => lines.push(line),
    });
    await until(() => lines.includes('ready'));
    await child.stop();
    await expect(child.exited).resolves.toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('says that a program does not exist', async () => {
    await expect(startGuarded({ command: '/no/such/program', args: [] }).exited).resolves.toEqual({
      code: 127,
      signal: null,
    });
  });

  it('ends, and its leftover directory with it, when the process that started it is killed', async () => {
    const leftover = mkdtempSync(path.join(tmpdir(), 'keyledger-guard-'));
    const parent = spawn(
      process.execPath,
      [
        '--conditions=@keyledger/source',
        ...['--import', inRepository('tools/swc-register.mjs')],
        ...[inRepository('libs/testing/test/guarded-parent.ts'), leftover],
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
    const guarded = Number(line);
    expect(isAlive(guarded)).toBe(true);
    parent.kill('SIGKILL');
    await until(() => !isAlive(guarded) && !existsSync(leftover));
  });
});
