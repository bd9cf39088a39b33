import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startOfProcess } from './process-start.ts';

interface Owner {
  readonly pid: number;
  /** When that process started, so that a later one with the same number is not taken for it. */
  readonly startedAt: string;
  readonly address: string;
}

export interface Lock {
  /** True when the run before this one ended without giving the lock back; its programs may still be ending. */
  readonly wasStale: boolean;
  release(): void;
}

export class AlreadyRunning extends Error {
  override readonly name = 'AlreadyRunning';
}

/** Lets only one stack at a time use a data directory. Throws `AlreadyRunning` when another one does. */
export const takeLock = (dataDirectory: string, address: string): Lock => {
  mkdirSync(dataDirectory, { recursive: true });
  const file = path.join(dataDirectory, 'stack.lock');
  let wasStale = false;
  for (;;) {
    try {
      write(file, { pid: process.pid, startedAt: startOfProcess(process.pid) ?? '', address });
      return { wasStale, release: () => rmSync(file, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const owner = readOwner(file);
    if (owner && isAlive(owner))
      throw new AlreadyRunning(
        `Keyledger runs already with the data in ${dataDirectory} (process ${owner.pid}, ${owner.address}). ` +
          `Use it, or end it first: Ctrl-C in its terminal, or \`kill ${owner.pid}\``,
      );
    rmSync(file, { force: true });
    wasStale = true;
  }
};

/** Appears with its content or not at all; fails with EEXIST when it is there. */
const write = (file: string, owner: Owner): void => {
  const draft = `${file}.${owner.pid}`;
  writeFileSync(draft, JSON.stringify(owner), { mode: 0o600 });
  try {
    linkSync(draft, file);
  } finally {
    rmSync(draft);
  }
};

/** Undefined when the file is gone. */
const readOwner = (file: string): Owner | undefined => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Owner;
  } catch {
    return undefined;
  }
};

const isAlive = ({ pid, startedAt }: Owner): boolean => {
  const start = startOfProcess(pid);
  return start !== undefined && (startedAt === '' || start === startedAt);
};
