import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { harmlessEnvironment } from './harmless-environment.ts';

/**
 * Runs the command in the process that `spawn` started (the shell becomes it), beside a watcher that waits on file
 * descriptor 3. The starting process holds the other end: when it dies, however it dies, the watcher reads the end of
 * the pipe and ends the command; a line read instead says that there is nothing left to watch. `exec` keeps the process
 * id, so a signal reaches the command itself.
 */
const GUARD = `
end_signal=$1; leftover=$2; shift 2; guarded=$$
(
  trap '' INT TERM HUP
  read _ <&3 && exit 0
  kill -s "$end_signal" "$guarded"
  waited=0
  while kill -0 "$guarded" && [ "$waited" -lt 90 ]; do sleep 0.1; waited=$((waited + 1)); done
  kill -s KILL "$guarded"
  [ -z "$leftover" ] || rm -rf -- "$leftover"
) </dev/null >/dev/null 2>&1 &
exec "$@" 3<&-`;

export interface GuardedCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** All that it finds in its environment; default: nothing that could be a secret. */
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly uid?: number;
  readonly gid?: number;
  /** What asks this program to end in good order. */
  readonly endSignal?: 'SIGTERM' | 'SIGINT';
  /** How long `stop` waits before it kills. */
  readonly graceMs?: number;
  readonly onLine?: (line: string, from: 'stdout' | 'stderr') => void;
  /** A directory to remove when the starting process dies before the command. */
  readonly leftover?: string;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface GuardedProcess {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  readonly hasExited: () => boolean;
  kill(signal: NodeJS.Signals): void;
  /** Asks it to end, kills it after the grace time. Resolves when it is gone; safe to repeat. */
  stop(): Promise<void>;
}

/**
 * Starts a program in a process group of its own, so that Ctrl-C in the terminal reaches only the starting process,
 * which can then stop its children in order. The program does not outlive the starting process, nor does it keep it
 * from ending.
 */
export const startGuarded = (options: GuardedCommand): GuardedProcess => {
  const { command, args, endSignal = 'SIGTERM', graceMs = 8_000, leftover = '' } = options;
  const child = spawn('/bin/sh', ['-c', GUARD, 'sh', endSignal.slice(3), leftover, command, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    detached: true,
    env: options.env ?? harmlessEnvironment(),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.uid === undefined ? {} : { uid: options.uid }),
    ...(options.gid === undefined ? {} : { gid: options.gid }),
  });
  const [stdout, stderr, guard] = child.stdio.slice(1, 4) as [Readable, Readable, Writable];
  guard.on('error', () => undefined); // the watcher may be gone already
  createInterface({ input: stdout }).on('line', (line) => options.onLine?.(line, 'stdout'));
  createInterface({ input: stderr }).on('line', (line) => options.onLine?.(line, 'stderr'));

  let exit: Exit | undefined;
  const exited = new Promise<Exit>((resolve) => {
    const settle = (result: Exit) => {
      exit ??= result;
      guard.end('done\n');
      resolve(exit);
    };
    child.once('error', () => settle({ code: 127, signal: null }));
    child.once('exit', (code, signal) => settle({ code, signal }));
  });
  unref(child, [stdout, stderr, guard]);

  const kill = (signal: NodeJS.Signals) => {
    if (exit === undefined) child.kill(signal);
  };
  const stop = async () => {
    child.ref();
    kill(endSignal);
    const killer = setTimeout(() => kill('SIGKILL'), graceMs);
    await exited;
    clearTimeout(killer);
  };
  return { pid: child.pid ?? -1, exited, hasExited: () => exit !== undefined, kill, stop };
};

const unref = (child: { unref(): void }, streams: (Readable | Writable)[]): void => {
  child.unref();
  for (const stream of streams) (stream as unknown as { unref?: () => void }).unref?.();
};
