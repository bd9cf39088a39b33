import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AlreadyRunning, isRunning, type Lock, secondLockFor, takeLock } from '../src/stack/lock.ts';

describe('the lock of a data directory', () => {
  let directory: string;
  let file: string;
  const take = () => takeLock(directory, 'http://localhost:8000');

  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'keyledger-lock-'));
    file = path.join(directory, 'stack.lock');
  });

  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('is held by one at a time', () => {
    const lock = take();
    expect(take).toThrow(`runs already with the data in ${directory} (process ${process.pid}, http://localhost:8000)`);
    lock.release();
    expect(take().wasStale).toBe(false);
  });

  it('leaves nothing behind when it is released', () => {
    take().release();
    expect(readdirSync(directory)).toEqual([]);
  });

  describe('of a process that is gone', () => {
    let stale: string;

    beforeEach(async () => {
      const gone = spawn('true');
      await once(gone, 'exit');
      stale = JSON.stringify({ pid: gone.pid, startedAt: '1', address: 'x' });
      writeFileSync(file, stale);
    });

    it('is taken', () => {
      expect(take().wasStale).toBe(true);
      expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid: process.pid });
      expect(readdirSync(directory)).toEqual(['stack.lock']);
    });

    it('is taken by one of two that find it at the same time', () => {
      let faster: Lock | undefined;
      const slower = () =>
        takeLock(directory, 'slower', (owner) => {
          const answer = isRunning(owner);
          faster ??= takeLock(directory, 'faster');
          return answer;
        });
      expect(slower).toThrow(AlreadyRunning);
      expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ address: 'faster' });
      faster?.release();
      expect(readdirSync(directory)).toEqual([]);
    });

    it('is left to the one that is just taking it', () => {
      const second = secondLockFor(file, stale);
      writeFileSync(second, JSON.stringify({ pid: process.ppid, startedAt: '', address: 'http://other' }));
      expect(take).toThrow(`(process ${process.ppid}, http://other)`);
      expect(readFileSync(file, 'utf8')).toBe(stale);
    });

    it('is taken after somebody died while taking it', () => {
      writeFileSync(secondLockFor(file, stale), stale);
      expect(take().wasStale).toBe(true);
      expect(readdirSync(directory)).toEqual(['stack.lock']);
    });
  });

  it('is taken when another process has got the number of the one that held it', () => {
    writeFileSync(file, JSON.stringify({ pid: process.ppid, startedAt: 'long ago', address: 'x' }));
    expect(take().wasStale).toBe(true);
  });

  it('is taken when it cannot be read', () => {
    writeFileSync(file, '{"pid": 12');
    expect(take().wasStale).toBe(true);
    expect(existsSync(file)).toBe(true);
  });
});
