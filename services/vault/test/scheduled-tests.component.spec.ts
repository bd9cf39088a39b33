import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { NewEvent } from '@keyledger/event-sourcing';
import { keepSecret } from './kept-secret.ts';
import { ada } from './people.ts';
import { ProviderServer } from './provider-server.ts';
import { asking } from './vault-client.ts';
import type { Replica } from './replica.ts';
import { Outside } from './vault-in-memory.ts';

const HOUR_MS = 3_600_000;

describe('tests by schedule', () => {
  let outside: Outside;
  let vault: Replica;
  let server: ProviderServer;

  beforeAll(async () => {
    server = await ProviderServer.open();
  });
  afterAll(() => server[Symbol.asyncDispose]());
  beforeEach(async () => {
    outside = new Outside();
    vault = await outside.replica();
    server.of('openai').heard.length = 0;
    server.of('openai').keys.set('sk-first', 'good');
  });

  const seal = (value: string, isConnected = true): Promise<string> => {
    const connection = { provider: 'openai', baseUrl: server.addressOf('openai') };
    return keepSecret(vault.client, ada, value, isConnected ? { connection } : {});
  };
  const heard = () => server.of('openai').heard.length;
  const viewOf = (secretId: string) => vault.client.GetSecret({ secretId }, asking(ada));

  it('show every secret that says where it belongs, by the call that costs nothing', async () => {
    const secretId = await seal('sk-first');
    await seal('sk-unconnected', false);
    await vault.testWhatIsDue();
    expect(server.of('openai').heard.map(({ path }) => path)).toEqual(['/models']);
    expect(await viewOf(secretId)).toMatchObject({ lastTest: { outcome: 'ok', stage: 'authenticate' } });
  });

  it('come again after their period, and find what has changed', async () => {
    const secretId = await seal('sk-first');
    await vault.testWhatIsDue();
    await vault.testWhatIsDue();
    outside.advance(HOUR_MS - 1);
    await vault.testWhatIsDue();
    expect(heard()).toBe(1);
    outside.advance(2);
    server.of('openai').keys.delete('sk-first');
    await vault.testWhatIsDue();
    expect(heard()).toBe(2);
    expect(await viewOf(secretId)).toMatchObject({ lastTest: { outcome: 'invalid-key' } });
  });

  it('record each opening as the doing of the vault, and a result when it is news', async () => {
    await seal('sk-first');
    for (let round = 0; round < 3; round += 1) {
      await vault.testWhatIsDue();
      outside.advance(2 * HOUR_MS);
    }
    const events = await outside.stored('secret');
    expect(events.map(({ type }) => type)).toEqual([
      'SecretSealed',
      'SecretRevealed',
      'SecretTested',
      'SecretRevealed',
      'SecretRevealed',
    ]);
    expect(events.at(-1)?.metadata.actor.id).toBe('service:vault');
  });

  it('leave out what somebody tested a moment ago, although the list does not know it yet', async () => {
    const secretId = await seal('sk-first');
    await outside.project();
    await vault.client.TestSecret({ secretId }, asking(ada));
    const stale = outside.secrets.rows.get(secretId)!;
    await outside.project();
    outside.secrets.rows.set(secretId, stale);
    await vault.testWhatIsDue();
    expect(heard()).toBe(1);
  });

  it('have the patience that a provider asks for', async () => {
    await seal('sk-first');
    server.of('openai').next.push({ status: 429, headers: { 'retry-after': '7200' }, body: { error: {} } });
    await vault.testWhatIsDue();
    outside.advance(HOUR_MS + 1);
    await vault.testWhatIsDue();
    expect(heard()).toBe(1);
    outside.advance(HOUR_MS);
    await vault.testWhatIsDue();
    expect(heard()).toBe(2);
  });

  it('come again after a day where a longer wait was recorded once', async () => {
    await seal('sk-first');
    server.of('openai').next.push({ status: 429, headers: { 'retry-after': '7200' }, body: { error: {} } });
    await vault.testWhatIsDue();
    const { stream, revision, type, schemaVersion, data, metadata } = (await outside.stored('secret')).at(-1)!;
    const longest = { ...(data as object), retryAfterSeconds: 99_999_999_999 };
    const event = { id: randomUUID(), type, schemaVersion, data: longest, metadata };
    await outside.eventStore.append(stream, [event as NewEvent], revision);
    outside.advance(23 * HOUR_MS);
    await vault.testWhatIsDue();
    expect(heard()).toBe(1);
    outside.advance(HOUR_MS);
    await vault.testWhatIsDue();
    expect(heard()).toBe(2);
  });

  it('are done once by several replicas', async () => {
    for (const value of ['sk-first', 'sk-second', 'sk-third']) await seal(value);
    const other = await outside.replica();
    await Promise.all([vault.testWhatIsDue(), other.testWhatIsDue()]);
    await other.testWhatIsDue();
    expect(heard()).toBe(3);
  });

  it('go on with the others where one is shredded or damaged', async () => {
    const shredded = await seal('sk-shredded');
    await outside.project();
    await vault.client.ShredSecret({ secretId: shredded, scope: 'whole' }, asking(ada));
    await seal('sk-first');
    await vault.testWhatIsDue();
    expect(heard()).toBe(1);
  });

  it('wait while the vault is sealed', async () => {
    await seal('sk-first');
    const closed = await outside.replica({ isUnsealed: false });
    await closed.testWhatIsDue();
    expect(heard()).toBe(0);
  });
});
