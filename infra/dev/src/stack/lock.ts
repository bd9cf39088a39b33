import { createHash, randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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

  constructor(dataDirectory: string, { pid, address }: Owner) {
    super(
      `Keyledger runs already with the data in ${dataDirectory} (process ${pid}, ${address}). ` +
        `Use it, or end it first: Ctrl-C in its terminal, or \`kill ${pid}\``,
    );
  }
}

export type IsRunning = (owner: Owner) => boolean;

export const isRunning: IsRunning = ({ pid, startedAt }) => {
  const start = startOfProcess(pid);
  return start !== undefined && (startedAt === '' || start === startedAt);
};

/** Lets only one stack at a time use a data directory. Throws `AlreadyRunning` when another one does. */
export const takeLock = (dataDirectory: string, address: string, isAlive: IsRunning = isRunning): Lock => {
  mkdirSync(dataDirectory, { recursive: true });
  const file = path.join(dataDirectory, 'stack.lock');
  const owner: Owner = { pid: process.pid, startedAt: startOfProcess(process.pid) ?? '', address };
  // No two texts are equal, so that one read twice means one and the same lock.
  const text = JSON.stringify({ ...owner, id: randomUUID() });
  const refusal = (holder: Owner) => new AlreadyRunning(dataDirectory, holder);
  const wasStale = take(file, { text, isAlive, refusal });
  return { wasStale, release: () => rmSync(file, { force: true }) };
};

interface Attempt {
  readonly text: string;
  readonly isAlive: IsRunning;
  readonly refusal: (holder: Owner) => Error;
}

/** Answers whether it took the place of somebody who is gone. */
const take = (file: string, attempt: Attempt): boolean => {
  for (;;) {
    if (create(file, attempt.text)) return false;
    const found = textOf(file);
    if (found === undefined) continue; // given back in this moment
    const holder = ownerIn(found);
    if (holder && attempt.isAlive(holder)) throw attempt.refusal(holder);
    if (replace(file, found, attempt)) return true;
  }
};

/**
 * Of two that found the same stale lock only one may replace it, and the slower one must not replace what the faster
 * one has made by then. So a stale lock is replaced only by the holder of a second lock that is named after it, who
 * looks again before. Whoever dies with a second lock leaves that one stale, and it is taken over in the same way.
 */
const replace = (file: string, stale: string, attempt: Attempt): boolean => {
  const second = secondLockFor(file, stale);
  take(second, attempt);
  try {
    if (textOf(file) !== stale) return false;
    renameSync(draft(file, attempt.text), file);
    return true;
  } finally {
    rmSync(second, { force: true });
  }
};

/** The file that lets its owner replace a stale lock. */
export const secondLockFor = (file: string, stale: string): string =>
  `${file}.${createHash('sha256').update(stale).digest('hex').slice(0, 16)}`;

/** The file appears with its content or not at all; false when it is there already. */
const create = (file: string, text: string): boolean => {
  const written = draft(file, text);
  try {
    linkSync(written, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(written);
  }
};

const draft = (file: string, text: string): string => {
  const name = `${file}.${process.pid}-${randomUUID()}`;
  writeFileSync(name, text, { mode: 0o600 });
  return name;
};

/** Undefined when the file is gone. */
const textOf = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

const ownerIn = (text: string): Owner | undefined => {
  try {
    return JSON.parse(text) as Owner;
  } catch {
    return undefined;
  }
};
