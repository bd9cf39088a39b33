import { spawn } from 'node:child_process';
import path from 'node:path';
import { inRepository } from '@keyledger/testing';

export interface Step {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

export interface StepResult {
  readonly name: string;
  readonly isGood: boolean;
  readonly ms: number;
}

/** Runs a program with its output on our terminal. */
export const runStep = async ({ name, command, args, env = {} }: Step): Promise<StepResult> => {
  const begin = performance.now();
  const child = spawn(command, args, { cwd: inRepository(), stdio: 'inherit', env: { ...process.env, ...env } });
  const isGood = await new Promise<boolean>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code === 0));
  });
  return { name, isGood, ms: performance.now() - begin };
};

export const bin = (name: string): string => inRepository('node_modules/.bin', name);

/** A plain table of what was run. */
export const report = (
  title: string,
  rows: readonly { name: string; isGood: boolean; ms: number; detail?: string }[],
): string => {
  const width = Math.max(...rows.map(({ name }) => name.length));
  const lines = rows.map(({ name, isGood, ms, detail = '' }) =>
    `  ${isGood ? 'ok    ' : 'FAILED'}  ${name.padEnd(width)}  ${(ms / 1_000).toFixed(1).padStart(6)} s  ${detail}`.trimEnd(),
  );
  const total = rows.reduce((sum, { ms }) => sum + ms, 0);
  const verdict = rows.every(({ isGood }) => isGood) ? 'everything is good' : 'something FAILED';
  return [``, `${title}: ${verdict}, ${(total / 1_000).toFixed(0)} s`, ...lines, ''].join('\n');
};

/** Cache of the tools of this repository; never committed. */
export const cacheFile = (...names: string[]): string => inRepository(path.join('.cache', ...names));
