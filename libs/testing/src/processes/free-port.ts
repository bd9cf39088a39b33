import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the ports that operating systems hand out by themselves (32768 on Linux, 49152 elsewhere). */
const FIRST = 15_000;
const BEHIND_LAST = 32_000;

/** By this process: nobody listens yet on what was given a moment ago. */
const given = new Set<number>();

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });

/**
 * A port of the loopback interface that nobody uses at this moment, another one each time, for a server that starts
 * later or more than once. The system would hand out one of those that it also gives to outgoing connections, and one
 * of these could take it before the server does.
 */
export const freePort = async (): Promise<number> => {
  for (;;) {
    const port = randomInt(FIRST, BEHIND_LAST);
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) return port;
  }
};
