import { execFileSync } from 'node:child_process';
import { accessSync, chownSync, constants, mkdirSync, mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

const numberOf = (flag: '-u' | '-g'): number => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));

/** Whom to run a server as that refuses to run as root: `nobody` when we are root, otherwise ourselves (undefined). */
export const unprivilegedIdentity = (): Identity | undefined =>
  process.getuid?.() === 0 ? { uid: numberOf('-u'), gid: numberOf('-g') } : undefined;

/** Whether everybody may walk down to what lies in this directory. */
export const isReachableByAll = (directory: string): boolean => {
  for (let at = path.resolve(directory); ; at = path.dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false;
    if (at === path.dirname(at)) return true;
  }
};

export const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
};

/** A new directory below the system's temporary one, owned by whoever runs the server. */
export const temporaryDirectory = (owner?: Identity): string => {
  const directory = mkdtempSync(path.join(tmpdir(), 'keyledger-'));
  if (owner) chownSync(directory, owner.uid, owner.gid);
  return directory;
};

export const ownedDirectory = (directory: string, owner?: Identity): string => {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (owner) chownSync(directory, owner.uid, owner.gid);
  return directory;
};
