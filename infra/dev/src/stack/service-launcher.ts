import { inRepository, startGuarded, type GuardedProcess } from '@keyledger/testing';
import { causeOf, type Tell } from './events.ts';
import type { Launcher } from './supervised-part.ts';

export interface ServiceProcess {
  /** Name of the replica, for example `vault/2`. */
  readonly name: string;
  /** The TypeScript file to run. */
  readonly entry: string;
  readonly healthPort: number;
  readonly env: NodeJS.ProcessEnv;
}

/** Time that a service has to drain; nest-kit gives up a little earlier by itself. */
const GRACE_MS = 7_500;
const READY_TIMEOUT_MS = 60_000;
const POLL_MS = 50;
const REMEMBERED_LINES = 15;

/** Runs a service from its TypeScript; ready when its own health endpoint says so. */
export const serviceLauncher = (service: ServiceProcess, tell: Tell): Launcher => ({
  name: service.name,
  launch: async (signal) => {
    const lastLines: string[] = [];
    const child = startGuarded({
      command: process.execPath,
      args: [...nodeOptions(service.env), service.entry],
      env: service.env,
      cwd: inRepository(),
      graceMs: GRACE_MS,
      onLine: (line) => {
        lastLines.push(line);
        if (lastLines.length > REMEMBERED_LINES) lastLines.shift();
        tell({ kind: 'line', part: service.name, line });
      },
    });
    try {
      await untilReady(child, service.healthPort, signal);
      return child;
    } catch (error) {
      await child.stop();
      throw new Error([`${service.name} ${(error as Error).message}`, ...lastLines].join('\n'), { cause: error });
    }
  },
});

const nodeOptions = (env: NodeJS.ProcessEnv): string[] => [
  '--conditions=@keyledger/source',
  '--enable-source-maps',
  ...(env.OTEL_EXPORTER_OTLP_ENDPOINT ? ['--import', inRepository('libs/telemetry/register.mjs')] : []),
  ...['--import', inRepository('tools/swc-register.mjs')],
];

const untilReady = async (child: GuardedProcess, port: number, signal: AbortSignal): Promise<void> => {
  const ended = child.exited.then((exit) => {
    throw new Error(`ended before it was ready (${causeOf(exit)})`);
  });
  const ready = (async () => {
    const deadline = performance.now() + READY_TIMEOUT_MS;
    while (!(await isReady(port))) {
      signal.throwIfAborted();
      if (child.hasExited()) return;
      if (performance.now() > deadline) throw new Error(`was not ready after ${READY_TIMEOUT_MS / 1_000} s`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  })();
  await Promise.race([ended, ready]);
  if (child.hasExited()) await ended;
};

const isReady = async (port: number): Promise<boolean> => {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
};
