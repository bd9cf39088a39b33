import { createHash } from 'node:crypto';
import {
  chmodSync,
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

/** Where everything lies that the stack keeps. */
export interface DataDirectory {
  readonly root: string;
  readonly secrets: string;
  readonly postgres: string;
  readonly nats: string;
  /** Keys of the LiteLLM stand-in. */
  readonly litellmFile: string;
  /** Caught mails. */
  readonly mailFile: string;
}

export const openDataDirectory = (root: string): DataDirectory => {
  mkdirSync(root, { recursive: true });
  checkOwner(root);
  // PostgreSQL runs as somebody else when we are root, and must be able to walk through.
  chmodSync(root, process.getuid?.() === 0 ? 0o711 : 0o700);
  return {
    root,
    secrets: path.join(root, 'secrets'),
    postgres: postgresDirectory(root),
    nats: path.join(root, 'nats'),
    litellmFile: path.join(root, 'litellm.ndjson'),
    mailFile: path.join(root, 'mails.ndjson'),
  };
};

/** Forgets everything. The lock must be held, so that nothing runs on it. */
export const emptyDataDirectory = (root: string): void => {
  const postgres = path.join(root, 'postgres');
  if (existsSync(postgres) && lstatSync(postgres).isSymbolicLink())
    rmSync(readlinkSync(postgres), { recursive: true, force: true });
  for (const name of ['postgres', 'nats', 'secrets', 'litellm.ndjson', 'mails.ndjson'])
    rmSync(path.join(root, name), { recursive: true, force: true });
};

const checkOwner = (root: string): void => {
  const owner = lstatSync(root).uid;
  const self = process.getuid?.() ?? owner;
  if (owner !== self && self !== 0)
    throw new Error(`${root} belongs to another user (probably a start as root). Remove it, or start as that user`);
};

/**
 * Usually inside the root. When we are root and the checkout lies where nobody else may walk (/root), PostgreSQL cannot
 * reach that place: its files then lie in /var/tmp, and a link leads there.
 */
const postgresDirectory = (root: string): string => {
  const inside = path.join(root, 'postgres');
  if (unprivilegedIdentity() === undefined || isReachableByAll(root)) return inside;
  removeOrphans();
  const owner = path.resolve(root);
  const outside = `${OUTSIDE}${createHash('sha256').update(owner).digest('hex').slice(0, 16)}`;
  if (!existsSync(outside)) mkdirSync(outside, { mode: 0o711 });
  if (lstatSync(outside).uid !== 0 || !lstatSync(outside).isDirectory())
    throw new Error(`${outside} does not belong to root; remove it and start again`);
  writeFileSync(path.join(outside, OWNER_FILE), owner);
  if (!lstatSync(inside, { throwIfNoEntry: false })) symlinkSync(outside, inside);
  return path.join(outside, 'data');
};

const OUTSIDE = '/var/tmp/keyledger-data-';
/** Names the data directory that the files belong to. */
const OWNER_FILE = 'belongs-to';

/** Files outside whose data directory was removed by hand. */
const removeOrphans = (): void => {
  for (const outside of globSync(`${OUTSIDE}*`)) {
    const ownerFile = path.join(outside, OWNER_FILE);
    if (lstatSync(outside).uid !== 0 || !existsSync(ownerFile)) continue;
    if (!existsSync(readFileSync(ownerFile, 'utf8'))) rmSync(outside, { recursive: true, force: true });
  }
};
