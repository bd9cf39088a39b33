import { createHash } from 'node:crypto';
import {
  existsSync,
  globSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { isReachableByAll, unprivilegedIdentity } from '@keyledger/testing';

const OUTSIDE = '/var/tmp/keyledger-data-';
/** Names the data directory that the files belong to. */
const OWNER_FILE = 'belongs-to';

/**
 * Where PostgreSQL's files lie: usually inside the root. When we are root and the checkout lies where nobody else may
 * walk (/root), PostgreSQL cannot reach that place: its files then lie in /var/tmp, and a link leads there, which goes
 * with the directory when that is moved.
 */
export const postgresDirectory = (root: string): string => {
  const inside = path.join(root, 'postgres');
  if (unprivilegedIdentity() === undefined || isReachableByAll(root)) return inside;
  const owner = path.resolve(root);
  const outside = placeOf(root) ?? `${OUTSIDE}${createHash('sha256').update(owner).digest('hex').slice(0, 16)}`;
  if (!existsSync(outside)) mkdirSync(outside, { mode: 0o711 });
  if (lstatSync(outside).uid !== 0 || !lstatSync(outside).isDirectory())
    throw new Error(`${outside} does not belong to root; remove it and start again`);
  writeFileSync(path.join(outside, OWNER_FILE), owner);
  removeOrphans();
  if (linkedFrom(root) !== outside) {
    if (linkedFrom(root) !== undefined) rmSync(inside);
    symlinkSync(outside, inside);
  }
  return path.join(outside, 'data');
};

/** Removes PostgreSQL's files, and of what links lead to only what is of our own making. */
export const removePostgresFiles = (root: string): void => {
  const outside = placeOf(root);
  if (outside !== undefined) rmSync(outside, { recursive: true, force: true });
  rmSync(path.join(root, 'postgres'), { recursive: true, force: true });
};

const linkedFrom = (root: string): string | undefined => {
  const inside = path.join(root, 'postgres');
  if (!lstatSync(inside, { throwIfNoEntry: false })?.isSymbolicLink()) return undefined;
  const target = readlinkSync(inside);
  return target.startsWith(OUTSIDE) ? target : undefined;
};

/** The place outside that belongs to this directory, or to none any more: the link in a copy leads to another's. */
const placeOf = (root: string): string | undefined => {
  const outside = linkedFrom(root);
  const owner = outside === undefined ? undefined : ownerOf(outside);
  return owner === path.resolve(root) || (owner !== undefined && !existsSync(owner)) ? outside : undefined;
};

const ownerOf = (outside: string): string | undefined => {
  const file = path.join(outside, OWNER_FILE);
  return existsSync(file) && lstatSync(outside).uid === 0 ? readFileSync(file, 'utf8') : undefined;
};

/** Files outside whose data directory was removed by hand. */
const removeOrphans = (): void => {
  for (const outside of globSync(`${OUTSIDE}*`)) {
    const owner = ownerOf(outside);
    if (owner !== undefined && !existsSync(owner)) rmSync(outside, { recursive: true, force: true });
  }
};
