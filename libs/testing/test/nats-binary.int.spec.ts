import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { natsServerBinary } from '../src/index.ts';

describe('the search for a nats-server', () => {
  let directory: string;
  const { PATH, NATS_SERVER_BIN } = process.env;
  const server = (name: string, version: string): string => {
    const file = path.join(directory, name);
    writeFileSync(file, `#!/bin/sh\necho "nats-server: v${version}"\n`);
    chmodSync(file, 0o755);
    return file;
  };

  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'keyledger-binary-'));
    process.env.PATH = `${directory}:${PATH}`;
    delete process.env.NATS_SERVER_BIN;
  });

  afterEach(() => {
    process.env.PATH = PATH;
    if (NATS_SERVER_BIN !== undefined) process.env.NATS_SERVER_BIN = NATS_SERVER_BIN;
    rmSync(directory, { recursive: true, force: true });
  });

  it('takes the one that NATS_SERVER_BIN names before one on the path', async () => {
    server('nats-server', '2.11.0');
    process.env.NATS_SERVER_BIN = server('mine', '2.9.0');
    await expect(natsServerBinary()).resolves.toBe(path.join(directory, 'mine'));
  });

  it('does not look further when NATS_SERVER_BIN names something else', async () => {
    server('nats-server', '2.11.0');
    process.env.NATS_SERVER_BIN = path.join(directory, 'nothing');
    await expect(natsServerBinary()).rejects.toThrow('is not a nats-server of version 2.9 or newer');
  });

  it('takes the one on the path', async () => {
    await expect(natsServerBinary()).resolves.not.toContain(directory);
    const file = server('nats-server', '2.10.4');
    await expect(natsServerBinary()).resolves.toBe(file);
  });

  it('passes over one that is too old, and says so', async () => {
    const file = server('nats-server', '2.8.4');
    const said: string[] = [];
    await expect(natsServerBinary((message) => said.push(message))).resolves.not.toBe(file);
    expect(said).toEqual([`${file} is version 2.8; Keyledger needs 2.9 or newer`]);
  });
});
