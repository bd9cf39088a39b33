import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { harmlessEnvironment } from '../processes/harmless-environment.ts';

/** What apt-get needs on some machines to find its way. */
const forApt = ['APT_CONFIG', 'http_proxy', 'https_proxy', 'no_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];
const execute = promisify(execFile);
const run = (command: string, args: readonly string[], cwd: string) =>
  execute(command, args, { cwd, env: harmlessEnvironment(process.env, forApt) });

type Say = (message: string) => void;

export interface Release {
  readonly url: string;
  readonly sha256: string;
  /** Of the server inside the archive. */
  readonly file: string;
}

const VERSION = '2.10.29';
/** SHA-256 of the archives of that version. */
const SUMS: Readonly<Record<string, readonly [name: string, sha256: string]>> = {
  'linux-x64': ['linux-amd64', 'e314da74a83a1d3876db8814c27eb990fe729640fd6452025b441bcede8390da'],
  'linux-arm64': ['linux-arm64', 'da4b27942ecfb4c5f0c54553d2e7f470ddda9d7581cfe8131b351a0e223ed401'],
};

const releaseFor = (platform: string): Release | undefined => {
  const [name, sha256] = SUMS[platform] ?? [];
  if (name === undefined || sha256 === undefined) return undefined;
  const directory = `nats-server-v${VERSION}-${name}`;
  const url = `https://github.com/nats-io/nats-server/releases/download/v${VERSION}/${directory}.tar.gz`;
  return { url, sha256, file: `${directory}/nats-server` };
};

/** Downloads the Debian or Ubuntu package and unpacks the one file of it. Nothing is installed. */
export const fetchFromDistribution = async (target: string, say: Say): Promise<void> => {
  await inScratch(async (scratch) => {
    if (process.platform !== 'linux') throw new Error('no distribution package: this is not Debian or Ubuntu');
    say("nats-server: fetching the distribution's package (apt-get download)");
    await downloadPackage(scratch, say);
    const archive = readdirSync(scratch).find((file) => file.endsWith('.deb'));
    if (archive === undefined) throw new Error('apt-get download nats-server brought no package');
    await run('dpkg', ['-x', archive, 'unpacked'], scratch);
    place(path.join(scratch, 'unpacked/usr/sbin/nats-server'), target);
  }, 'the distribution has no package of nats-server for us');
};

/** With the system's package lists or, where they are empty (as in a container), with lists of our own. */
const downloadPackage = async (scratch: string, say: Say): Promise<void> => {
  try {
    await run('apt-get', ['download', 'nats-server'], scratch);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new Error('apt-get is not here', { cause: error });
    say('nats-server: the package lists are empty or old, fetching them for this download only');
    mkdirSync(path.join(scratch, 'lists/partial'), { recursive: true });
    mkdirSync(path.join(scratch, 'cache/archives/partial'), { recursive: true });
    const own = ['-o', `Dir::State::lists=${scratch}/lists`, '-o', `Dir::Cache=${scratch}/cache`];
    const sandbox = ['-o', 'APT::Sandbox::User='];
    await run('apt-get', [...own, ...sandbox, 'update'], scratch);
    await run('apt-get', [...own, ...sandbox, 'download', 'nats-server'], scratch);
  }
};

/** Downloads the release of the nats-io project and checks it against the sum that is written here. */
export const fetchFromVendor = async (
  target: string,
  say: Say,
  release = releaseFor(`${process.platform}-${process.arch}`),
): Promise<void> => {
  if (release === undefined) throw new Error(`no known release of nats-server for ${process.platform} ${process.arch}`);
  const { url, sha256, file } = release;
  await inScratch(async (scratch) => {
    say(`nats-server: fetching ${url}`);
    const response = await fetch(url, { signal: AbortSignal.timeout(120_000) });
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    const bytes = Buffer.from(await response.arrayBuffer());
    const sum = createHash('sha256').update(bytes).digest('hex');
    if (sum !== sha256) throw new Error(`its SHA-256 is ${sum}, expected ${sha256}`);
    writeFileSync(path.join(scratch, 'release.tar.gz'), bytes);
    await run('tar', ['-xzf', 'release.tar.gz'], scratch);
    place(path.join(scratch, file), target);
  }, `${url} could not be fetched`);
};

const inScratch = async (work: (directory: string) => Promise<void>, whenItFails: string): Promise<void> => {
  const scratch = mkdtempSync(path.join(tmpdir(), 'keyledger-nats-'));
  try {
    await work(scratch);
  } catch (cause) {
    throw new Error(`${whenItFails} (${lastLine(cause)})`, { cause });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
};

const lastLine = (error: unknown): string => {
  const { stderr, message, cause } = error as { stderr?: string; message?: string; cause?: { message?: string } };
  const reason = stderr?.trim().split('\n').at(-1) ?? message ?? String(error);
  return cause?.message === undefined || stderr !== undefined ? reason : `${reason}: ${cause.message}`;
};

/** Appears whole or not at all, also when two processes fetch at once. */
const place = (file: string, target: string): void => {
  mkdirSync(path.dirname(target), { recursive: true });
  const partial = `${target}.${process.pid}`;
  copyFileSync(file, partial);
  chmodSync(partial, 0o755);
  renameSync(partial, target);
};
