import { startGuarded, type GuardedCommand, type GuardedProcess } from './guarded-process.ts';

export interface ServerCommand extends GuardedCommand {
  readonly name: string;
  /** True for the line of output that says: ready. */
  readonly isReady: (line: string) => boolean;
  readonly startTimeoutMs?: number;
}

const REMEMBERED_LINES = 12;

/** Starts a server and waits until it says that it is ready. Throws with its last words when it ends before that. */
export const startServer = async (server: ServerCommand): Promise<GuardedProcess> => {
  const { name, isReady, startTimeoutMs = 30_000 } = server;
  const lastLines: string[] = [];
  const ready = Promise.withResolvers<undefined>();
  const child = startGuarded({
    ...server,
    onLine: (line, from) => {
      lastLines.push(line);
      if (lastLines.length > REMEMBERED_LINES) lastLines.shift();
      if (isReady(line)) ready.resolve(undefined);
      server.onLine?.(line, from);
    },
  });
  const failure = (what: string) => new Error([`${name} ${what}`, ...lastLines].join('\n  '));
  const tooLate = setTimeout(() => ready.reject(failure(`was not ready after ${startTimeoutMs} ms`)), startTimeoutMs);
  void child.exited.then(({ code, signal }) => ready.reject(failure(`ended at once (${signal ?? code})`)));
  try {
    await ready.promise;
    return child;
  } catch (error) {
    await child.stop();
    throw error;
  } finally {
    clearTimeout(tooLate);
  }
};
