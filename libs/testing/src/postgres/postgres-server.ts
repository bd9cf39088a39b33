import { execFile } from 'node:child_process';
import { chownSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { GuardedProcess } from '../processes/guarded-process.ts';
import { startServer } from '../processes/start-server.ts';
import { ownedDirectory, unprivilegedIdentity, type Identity } from '../processes/unprivileged.ts';
import { postgresBinaries } from './postgres-binaries.ts';

export interface PostgresOptions {
  readonly port: number;
  readonly dataDirectory: string;
  /** False: an empty data directory is an error and not the beginning of a new database; default: true. */
  readonly mayInitialise?: boolean;
  /** Of the superuser `postgres`; what an existing data directory was initialised with. */
  readonly password: string;
  /** False for throw-away servers: a commit then does not wait for the disk. */
  readonly isDurable: boolean;
  readonly settings?: Readonly<Record<string, string>>;
  readonly onLine?: (line: string) => void;
  /** How long `process.stop` waits before it kills. */
  readonly graceMs?: number;
  /** Removed when this process dies before the server. */
  readonly leftover?: string;
}

export interface PostgresServer {
  readonly adminUrl: string;
  readonly process: GuardedProcess;
}

const environment = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };

export const startPostgres = async (options: PostgresOptions): Promise<PostgresServer> => {
  const runAs = unprivilegedIdentity();
  const binaries = postgresBinaries(runAs);
  const dataDirectory = ownedDirectory(options.dataDirectory, runAs);
  if (!existsSync(path.join(dataDirectory, 'PG_VERSION'))) {
    if (options.mayInitialise === false) throw new Error(`${dataDirectory} holds no database any more`);
    await initialise(binaries, dataDirectory, options, runAs);
  }
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    ...(options.isDurable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
    ...options.settings,
  };
  const child = await startServer({
    name: 'PostgreSQL',
    command: path.join(binaries, 'postgres'),
    args: [
      ...['-D', dataDirectory, '-p', String(options.port)],
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    env: environment,
    cwd: '/',
    endSignal: 'SIGINT', // ends open sessions; SIGTERM would wait for them
    isReady: (line) => line.includes('ready to accept connections'),
    ...(options.onLine ? { onLine: options.onLine } : {}),
    ...(options.graceMs === undefined ? {} : { graceMs: options.graceMs }),
    ...(options.leftover === undefined ? {} : { leftover: options.leftover }),
    ...runAs,
  });
  const password = encodeURIComponent(options.password);
  return { adminUrl: `postgres://postgres:${password}@127.0.0.1:${options.port}/postgres`, process: child };
};

const initialise = async (
  binaries: string,
  dataDirectory: string,
  { password, isDurable }: PostgresOptions,
  runAs: Identity | undefined,
): Promise<void> => {
  const passwordFile = `${dataDirectory}.password`;
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (runAs) chownSync(passwordFile, runAs.uid, runAs.gid);
  const initdb = [
    ...['-D', dataDirectory, '-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`],
    ...['-E', 'UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    ...(isDurable ? [] : ['--no-sync']),
  ];
  try {
    await promisify(execFile)(path.join(binaries, 'initdb'), initdb, { env: environment, cwd: '/', ...runAs });
  } finally {
    rmSync(passwordFile, { force: true });
  }
};
