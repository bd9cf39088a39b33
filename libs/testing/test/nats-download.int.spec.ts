import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fetchFromVendor } from '../src/nats/nats-download.ts';

describe("nats-server from the vendor's release", () => {
  let directory: string;
  let server: Server;
  let address: string;
  let sha256: string;
  const said: string[] = [];
  const fetchAs = (target: string, changes: object = {}) =>
    fetchFromVendor(path.join(directory, target), (message) => said.push(message), {
      ...{ url: `${address}/release.tar.gz`, sha256, file: 'release/nats-server' },
      ...changes,
    });

  beforeAll(async () => {
    directory = mkdtempSync(path.join(tmpdir(), 'keyledger-release-'));
    mkdirSync(path.join(directory, 'release'));
    writeFileSync(path.join(directory, 'release/nats-server'), '#!/bin/sh\necho nats-server: v2.10.29\n');
    execFileSync('tar', ['-czf', 'release.tar.gz', 'release'], { cwd: directory });
    const archive = readFileSync(path.join(directory, 'release.tar.gz'));
    sha256 = createHash('sha256').update(archive).digest('hex');
    server = createServer((request, response) => {
      if (request.url === '/release.tar.gz') response.end(archive);
      else response.writeHead(404).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(() => {
    server.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it('is unpacked to where it is kept, ready to run', async () => {
    await fetchAs('kept/nats-server');
    expect(execFileSync(path.join(directory, 'kept/nats-server'), { encoding: 'utf8' })).toContain('v2.10.29');
    expect(said).toEqual([`nats-server: fetching ${address}/release.tar.gz`]);
  });

  it('is refused when it is not what was released', async () => {
    await expect(fetchAs('altered', { sha256: 'f'.repeat(64) })).rejects.toThrow(
      `could not be fetched (its SHA-256 is ${sha256}, expected ${'f'.repeat(64)})`,
    );
    expect(existsSync(path.join(directory, 'altered'))).toBe(false);
  });

  it('is named with the cause when it cannot be had', async () => {
    await expect(fetchAs('missing', { url: `${address}/gone` })).rejects.toThrow(
      `${address}/gone could not be fetched (the server answered 404)`,
    );
    await expect(fetchAs('unreachable', { url: 'http://127.0.0.1:1/x' })).rejects.toThrow(
      /could not be fetched \(fetch failed/,
    );
  });
});
