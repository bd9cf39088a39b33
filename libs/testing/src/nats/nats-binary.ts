import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import path from 'node:path';
import { harmlessEnvironment } from '../processes/harmless-environment.ts';
import { isExecutable } from '../processes/unprivileged.ts';
import { inRepository } from '../repository.ts';
import { fetchFromDistribution, fetchFromVendor } from './nats-download.ts';

const run = promisify(execFile);
const OLDEST = [2, 9] as const;

/** Where a fetched server is kept. */
const natsCache = inRepository('.tools/nats');
const cached = path.join(natsCache, 'nats-server');

type Say = (message: string) => void;

/**
 * A nats-server of version 2.9 or newer: NATS_SERVER_BIN, else on the PATH, else fetched earlier, else the
 * distribution's package (unpacked, not installed; needs no root), else the vendor's release. Says what it does.
 */
export const natsServerBinary = async (say: Say = () => undefined): Promise<string> => {
  const named = process.env.NATS_SERVER_BIN;
  if (named !== undefined && named !== '') {
    if (await isUsable(named, say)) return named;
    throw new Error(`NATS_SERVER_BIN=${named} is not a nats-server of version 2.9 or newer`);
  }
  for (const directory of (process.env.PATH ?? '').split(path.delimiter).concat('/usr/sbin')) {
    const candidate = path.join(directory, 'nats-server');
    if (isExecutable(candidate) && (await isUsable(candidate, say))) return candidate;
  }
  if (await isUsable(cached, say)) return cached;
  const failures: string[] = [];
  for (const fetchServer of [fetchFromDistribution, fetchFromVendor]) {
    try {
      await fetchServer(cached, say);
      if (await isUsable(cached, say)) return cached;
      failures.push('what was fetched does not run here');
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
    }
    say(failures.at(-1) ?? '');
  }
  throw new Error(
    [
      'No nats-server could be found or fetched:',
      ...failures.map((failure) => `  - ${failure}`),
      'Install one (`apt-get install nats-server`, `brew install nats-server`, or a release from',
      'https://github.com/nats-io/nats-server/releases) and put it on the PATH, or name it by NATS_SERVER_BIN.',
    ].join('\n'),
  );
};

const isUsable = async (file: string, say: Say): Promise<boolean> => {
  if (!isExecutable(file)) return false;
  try {
    const { stdout, stderr } = await run(file, ['--version'], { env: harmlessEnvironment() });
    const [, major = '0', minor = '0'] = /v?(\d+)\.(\d+)\.\d+/.exec(`${stdout}${stderr}`) ?? [];
    if (Number(major) > OLDEST[0] || (Number(major) === OLDEST[0] && Number(minor) >= OLDEST[1])) return true;
    say(`${file} is version ${major}.${minor}; Keyledger needs ${OLDEST.join('.')} or newer`);
    return false;
  } catch {
    return false;
  }
};
