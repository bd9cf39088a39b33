import { existsSync, lstatSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Lies in every directory that the stack keeps its data in; without it nothing there is ours to change or delete. */
const MARKER = '.keyledger-data';

const MARKER_TEXT = `Keyledger keeps its data in this directory. \`npm start -- --reset\` deletes it.\n`;

export class UnusableDirectory extends Error {
  override readonly name = 'UnusableDirectory';

  constructor(root: string, reason: string, cause?: unknown) {
    super(`The data directory ${root} ${reason}`, { cause });
  }
}

/**
 * Makes the directory ours: an absent or empty one, or one with the data of a version that made no marker. Throws
 * `UnusableDirectory`, and touches nothing, when it holds anything else or cannot be used.
 */
export const claimDataDirectory = (root: string): void => {
  try {
    make(root);
    if (!statSync(root).isDirectory()) throw new UnusableDirectory(root, 'is a file');
    checkOwner(root);
    const found = readdirSync(root);
    if (found.includes(MARKER)) return;
    if (!isEmpty(found) && !isOfEarlierVersion(root))
      throw new UnusableDirectory(
        root,
        `holds files that are not Keyledger's: there is no ${MARKER} in it. Name a new or an empty directory`,
      );
    writeFileSync(path.join(root, MARKER), MARKER_TEXT, { mode: 0o600 });
  } catch (error) {
    if (error instanceof UnusableDirectory) throw error;
    throw new UnusableDirectory(root, `cannot be used: ${(error as Error).message}`, error);
  }
};

/** Level by level: where nothing can be made, as below /proc, a recursive `mkdir` of Node never returns. */
const make = (directory: string): void => {
  if (existsSync(directory)) return;
  make(path.dirname(directory));
  try {
    mkdirSync(directory);
  } catch (error) {
    if (!existsSync(directory)) throw error; // somebody else was faster
  }
};

const checkOwner = (root: string): void => {
  const owner = statSync(root).uid;
  const self = process.getuid?.() ?? owner;
  if (owner !== self && self !== 0)
    throw new UnusableDirectory(
      root,
      'belongs to another user (probably a start as root). Remove it, or start as that user',
    );
};

/** A start that ended early may have left its lock. */
const isEmpty = (names: readonly string[]): boolean => names.every((name) => name.startsWith('stack.lock'));

const isOfEarlierVersion = (root: string): boolean =>
  ['postgres-admin', 'nats-admin', 'secret-key'].every((name) =>
    lstatSync(path.join(root, 'secrets', name), { throwIfNoEntry: false })?.isFile(),
  );
