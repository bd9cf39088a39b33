import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { GuardedProcess } from '../processes/guarded-process.ts';
import { startServer } from '../processes/start-server.ts';
import { natsServerBinary } from './nats-binary.ts';

export interface NatsOptions {
  readonly port: number;
  /** Where the configuration file is put. */
  readonly directory: string;
  /** Text of that file; says where JetStream stores its data, and the same port. */
  readonly configuration: string;
  readonly onLine?: (line: string) => void;
  /** Hears about the search for a server binary. */
  readonly say?: (message: string) => void;
  /** How long `process.stop` waits before it kills. */
  readonly graceMs?: number;
  /** Removed when this process dies before the server. */
  readonly leftover?: string;
}

export interface NatsServer {
  readonly url: string;
  readonly process: GuardedProcess;
}

export const startNats = async (options: NatsOptions): Promise<NatsServer> => {
  const { port, directory } = options;
  const binary = await natsServerBinary(options.say);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const file = path.join(directory, 'nats-server.conf');
  writeFileSync(file, options.configuration, { mode: 0o600 }); // it holds passwords
  const child = await startServer({
    name: 'nats-server',
    command: binary,
    args: ['-c', file],
    isReady: (line) => line.includes('Server is ready'),
    ...(options.onLine ? { onLine: options.onLine } : {}),
    ...(options.graceMs === undefined ? {} : { graceMs: options.graceMs }),
    ...(options.leftover === undefined ? {} : { leftover: options.leftover }),
  });
  return { url: `nats://127.0.0.1:${port}`, process: child };
};
