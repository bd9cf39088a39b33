import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { GuardedProcess } from '../processes/guarded-process.ts';
import { startServer } from '../processes/start-server.ts';
import { natsServerBinary } from './nats-binary.ts';

export interface NatsOptions {
  readonly port: number;
  /** Holds the configuration file and, in `jetstream`, what JetStream stores. */
  readonly directory: string;
  /** Users and permissions: the part of the configuration file about accounts. */
  readonly accounts: string;
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
  const configuration = path.join(directory, 'nats-server.conf');
  writeFileSync(configuration, configurationText(options), { mode: 0o600 });
  const child = await startServer({
    name: 'nats-server',
    command: binary,
    args: ['-c', configuration],
    isReady: (line) => line.includes('Server is ready'),
    ...(options.onLine ? { onLine: options.onLine } : {}),
    ...(options.graceMs === undefined ? {} : { graceMs: options.graceMs }),
    ...(options.leftover === undefined ? {} : { leftover: options.leftover }),
  });
  return { url: `nats://127.0.0.1:${port}`, process: child };
};

const configurationText = ({ port, directory, accounts }: NatsOptions): string => `listen: "127.0.0.1:${port}"
jetstream { store_dir: ${JSON.stringify(directory)}, max_memory_store: 256MB, max_file_store: 10GB }
max_payload: 1MB
${accounts}
`;
