import { afterAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { newId } from '@keyledger/event-sourcing';
import { freePort } from '@keyledger/testing';
import { SecretBytes } from '@keyledger/secrets';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { masterKeySourceContract } from '../src/application/ports/testing/master-key-source.contract.ts';
import { transitKeyService } from '../src/adapters/transit/transit.key-service.ts';
import { masterKeySource } from '../src/master-key-sources.ts';
import type { TransitSourceConfig } from '../src/transit.config.ts';
import { TransitServer } from './transit-server.ts';

jest.setTimeout(30_000);

const given = (token: string) => ({ from: 'variable', passphrase: SecretBytes.fromText(token) }) as const;

const sourceAt = (url: string, changed: Partial<TransitSourceConfig> = {}) => {
  const config = {
    source: 'transit',
    url,
    mount: 'transit',
    key: 'keyledger',
    token: given('hvs.test-token'),
  } as const;
  return masterKeySource({ writes: 'transit', sources: [{ ...config, ...changed }] });
};

const [transit, derived, other] = [
  await TransitServer.start(),
  await TransitServer.start({ isDerived: true }),
  await TransitServer.start(),
];
for (const server of [transit, derived, other]) server.addKey('keyledger');
const nowhere = `http://127.0.0.1:${await freePort()}`;

afterAll(() => Promise.all([transit, derived, other].map((server) => server.stop())));

describe.each([
  ['plain', transit],
  ['derived', derived],
] as const)('with a %s key', (kind, server) => {
  masterKeySourceContract(`transit with a ${kind} key, a protocol double`, () => ({
    source: sourceAt(server.url),
    same: sourceAt(`${server.url}`),
    withOtherMaterial: sourceAt(other.url),
    withoutMaterial: sourceAt(nowhere),
  }));

  it('is bound to the master key', async () => {
    const { parameters } = await sourceAt(server.url).create(newId());
    await expect(sourceAt(server.url).open({ masterKeyId: newId(), parameters })).rejects.toMatchObject({
      code: 'sealed',
      message: 'The transit engine gives no key: 400 cipher: message authentication failed',
    });
  });
});

describe('a master key of a transit engine', () => {
  beforeEach(() => {
    transit.isSealed = false;
    transit.token = 'hvs.test-token';
    transit.namespace = undefined;
    transit.endless = undefined;
  });

  it('opens after the engine rotated its key, and no longer when that ends older versions', async () => {
    const masterKeyId = newId();
    const { parameters } = await sourceAt(transit.url).create(masterKeyId);
    transit.rotateKey('keyledger');
    expect((await sourceAt(transit.url).open({ masterKeyId, parameters })).id).toBe(masterKeyId);
    transit.keys.get('keyledger')!.minDecryptionVersion = 2;
    await expect(sourceAt(transit.url).open({ masterKeyId, parameters })).rejects.toMatchObject({
      message: expect.stringContaining('too old'),
    });
    transit.keys.get('keyledger')!.minDecryptionVersion = 1;
  });

  it.each<[string, () => void, string]>([
    ['the engine is sealed itself', () => (transit.isSealed = true), '503 Vault is sealed'],
    ['the token is not good any more', () => (transit.token = 'hvs.another'), '403 permission denied'],
    ['it is in another namespace', () => (transit.namespace = 'team-a'), '403 permission denied'],
  ])('is out of reach when %s, and is there when that has passed', async (_what, happens, said) => {
    const masterKeyId = newId();
    const source = sourceAt(transit.url);
    const { parameters } = await source.create(masterKeyId);
    const undo = { isSealed: transit.isSealed, token: transit.token, namespace: transit.namespace };
    happens();
    const refusal = { code: 'sealed', message: `The transit engine gives no key: ${said}` };
    await expect(source.open({ masterKeyId, parameters })).rejects.toMatchObject(refusal);
    await expect(source.create(newId())).rejects.toMatchObject(refusal);
    Object.assign(transit, undo);
    expect((await source.open({ masterKeyId, parameters })).id).toBe(masterKeyId);
  });

  it('is asked for with the token that the file holds at that moment, in a namespace where one is set', async () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'transit-'));
    const file = path.join(directory, 'token');
    const source = sourceAt(transit.url, { token: { from: 'file', path: file }, namespace: 'team-a' });
    transit.namespace = 'team-a';
    await expect(source.create(newId())).rejects.toMatchObject({ message: expect.stringContaining('no token') });
    for (const token of ['hvs.first', 'hvs.renewed']) {
      transit.token = token;
      writeFileSync(file, `${token}\n`);
      await source.create(newId());
    }
    rmSync(directory, { recursive: true });
  });

  it.each([
    ['silence', 'no answer in time'],
    ['flood', 'an answer of more than 65536 bytes'],
  ] as const)('is out of reach when the answer begins and goes on as %s', async (endless, said) => {
    transit.endless = endless;
    const readToken = () => Promise.resolve(SecretBytes.fromText('hvs.test-token'));
    const options = { url: transit.url, mount: 'transit', key: 'keyledger', readToken, timeoutMs: 300 };
    await expect(transitKeyService(options).encrypt(new Uint8Array(32), newId())).rejects.toMatchObject({
      code: 'sealed',
      message: `The transit engine gives no key: ${said}`,
    });
  });

  it.each(['hvs.first\nhvs.second', 'hvs.\u00fcber', 'hvs. '])(
    'is not asked for with what no token is: %j',
    async (token) => {
      const refused = await sourceAt(transit.url, { token: given(token) })
        .create(newId())
        .catch((error: unknown) => error);
      const { message, cause } = refused as Error;
      expect(message).toContain('the token holds');
      expect(message).not.toContain('hvs.');
      expect(cause).toBeUndefined();
    },
  );

  it.each([
    ['there is no such key', { key: 'missing' }, '400 encryption key not found'],
    ['there is no such engine', { mount: 'elsewhere' }, '404 no handler for route'],
    ['nobody answers', { url: nowhere }, 'ECONNREFUSED'],
    ['there is no token', { token: { from: 'nowhere' } as const }, 'no token'],
  ])('is not made when %s', async (_what, changed, said) => {
    await expect(sourceAt(transit.url, changed).create(newId())).rejects.toMatchObject({
      code: 'sealed',
      message: expect.stringContaining(said),
    });
  });
});

const realUrl = process.env['KEYLEDGER_TEST_TRANSIT_URL'];
const realToken = process.env['KEYLEDGER_TEST_TRANSIT_TOKEN'];

if (realUrl === undefined || realToken === undefined)
  describe('a real transit engine', () => {
    it.skip('skipped: no KEYLEDGER_TEST_TRANSIT_URL and KEYLEDGER_TEST_TRANSIT_TOKEN', () => undefined);
  });
else
  masterKeySourceContract('transit, the real one', () => {
    const real = { token: given(realToken), key: process.env['KEYLEDGER_TEST_TRANSIT_KEY'] ?? 'keyledger' };
    return {
      source: sourceAt(realUrl, real),
      same: sourceAt(realUrl, real),
      withOtherMaterial: sourceAt(other.url),
      withoutMaterial: sourceAt(nowhere, real),
    };
  });
