import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { claimDataDirectory } from '../src/stack/claim.ts';
import { emptyDataDirectory, openDataDirectory as open } from '../src/stack/data-directory.ts';

const openDataDirectory = (root: string) => {
  claimDataDirectory(root);
  return open(root);
};

const isRoot = process.getuid?.() === 0;

describe('the data directory', () => {
  let parent: string;
  let root: string;

  beforeEach(() => {
    parent = mkdtempSync(path.join(tmpdir(), 'keyledger-data-'));
    root = path.join(parent, 'data');
    chmodSync(parent, 0o711);
  });

  afterEach(() => rmSync(parent, { recursive: true, force: true }));

  it('does not lose to a reset what somebody linked to from it', () => {
    const elsewhere = path.join(parent, 'elsewhere');
    for (const directory of [root, elsewhere]) mkdirSync(directory);
    writeFileSync(path.join(elsewhere, 'PG_VERSION'), '18');
    symlinkSync(elsewhere, path.join(root, 'postgres'));
    emptyDataDirectory(root);
    expect(readdirSync(root)).toEqual([]);
    expect(existsSync(path.join(elsewhere, 'PG_VERSION'))).toBe(true);
  });

  it('is closed to others, except that root lets PostgreSQL walk through', () => {
    expect(openDataDirectory(root).postgres).toBe(path.join(root, 'postgres'));
    expect(statSync(root).mode & 0o777).toBe(isRoot ? 0o711 : 0o700);
  });

  it('is emptied of all that the stack keeps, and of nothing else', () => {
    const { mailFile, secrets } = openDataDirectory(root);
    mkdirSync(secrets);
    for (const file of [mailFile, path.join(root, 'notes.txt')]) writeFileSync(file, 'x');
    emptyDataDirectory(root);
    expect([mailFile, secrets, path.join(root, 'notes.txt')].map((file) => existsSync(file))).toEqual([
      false,
      false,
      true,
    ]);
  });

  (isRoot ? describe : describe.skip)('of root, where nobody else may walk', () => {
    beforeEach(() => chmodSync(parent, 0o700));

    it('leads to a place outside for PostgreSQL, the same each time', () => {
      const { postgres } = openDataDirectory(root);
      expect(postgres).toMatch(/^\/var\/tmp\/keyledger-data-[0-9a-f]{16}\/data$/);
      expect(openDataDirectory(root).postgres).toBe(postgres);
      expect(realpathSync(path.join(root, 'postgres'))).toBe(path.dirname(postgres));
      emptyDataDirectory(root);
      expect(existsSync(path.dirname(postgres))).toBe(false);
    });

    it('goes with the directory when that is moved', () => {
      const { postgres } = openDataDirectory(root);
      const moved = path.join(parent, 'moved');
      renameSync(root, moved);
      expect(openDataDirectory(moved).postgres).toBe(postgres);
      expect(existsSync(path.dirname(postgres))).toBe(true);
      emptyDataDirectory(moved);
      expect(existsSync(path.dirname(postgres))).toBe(false);
    });

    it('is not shared with a copy of the directory', () => {
      const { postgres } = openDataDirectory(root);
      const copy = path.join(parent, 'copy');
      cpSync(root, copy, { recursive: true, verbatimSymlinks: true });
      emptyDataDirectory(copy);
      cpSync(root, copy, { recursive: true, verbatimSymlinks: true });
      expect(openDataDirectory(copy).postgres).not.toBe(postgres);
      emptyDataDirectory(copy);
      expect(existsSync(path.dirname(postgres))).toBe(true);
      emptyDataDirectory(root);
    });

    it('takes that place away when the directory itself is gone', () => {
      const { postgres } = openDataDirectory(root);
      rmSync(root, { recursive: true });
      const other = path.join(parent, 'other');
      openDataDirectory(other);
      expect(existsSync(path.dirname(postgres))).toBe(false);
      emptyDataDirectory(other);
    });
  });
});
