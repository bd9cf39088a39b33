import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { claimDataDirectory, UnusableDirectory } from '../src/stack/claim.ts';

describe('a data directory', () => {
  let parent: string;
  let root: string;
  const put = (...names: string[]) => {
    for (const name of names) {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      writeFileSync(path.join(root, name), 'x');
    }
  };

  beforeEach(() => {
    parent = mkdtempSync(path.join(tmpdir(), 'keyledger-claim-'));
    root = path.join(parent, 'deep/data');
  });

  afterEach(() => rmSync(parent, { recursive: true, force: true }));

  it('is made where there is none, and bears our mark', () => {
    claimDataDirectory(root);
    expect(readdirSync(root)).toEqual(['.keyledger-data']);
  });

  it('may be there and empty, but for the lock of a start that ended early', () => {
    put('stack.lock');
    claimDataDirectory(root);
    expect(existsSync(path.join(root, '.keyledger-data'))).toBe(true);
  });

  it('is ours again when it bears our mark, whatever else was put there', () => {
    claimDataDirectory(root);
    put('notes.txt');
    expect(() => claimDataDirectory(root)).not.toThrow();
  });

  it('is taken over from a version that made no mark', () => {
    put('secrets/postgres-admin', 'secrets/nats-admin', 'secrets/secret-key', 'postgres/PG_VERSION', 'nats/x');
    claimDataDirectory(root);
    expect(existsSync(path.join(root, '.keyledger-data'))).toBe(true);
  });

  it.each([['postgres/PG_VERSION'], ['nats/x'], ['secrets/postgres-admin'], ['notes.txt']])(
    'is refused, and not touched, when it holds only %s',
    (name) => {
      put(name);
      chmodSync(root, 0o755);
      expect(() => claimDataDirectory(root)).toThrow(
        new UnusableDirectory(
          root,
          "holds files that are not Keyledger's: there is no .keyledger-data in it. Name a new or an empty directory",
        ),
      );
      expect(readdirSync(root)).toEqual([name.split('/')[0]]);
      expect(statSync(root).mode & 0o777).toBe(0o755);
    },
  );

  it('is refused when it is a file', () => {
    put('file');
    expect(() => claimDataDirectory(path.join(root, 'file'))).toThrow(/^The data directory .* is a file$/);
    expect(() => claimDataDirectory(path.join(root, 'file/below'))).toThrow(/cannot be used: ENOTDIR/);
  });

  (process.platform === 'linux' ? it : it.skip)('is refused where nothing can be made', () => {
    expect(() => claimDataDirectory('/proc/keyledger/data')).toThrow(
      /^The data directory \/proc\/keyledger\/data cannot be used: ENOENT/,
    );
  });
});
