import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { InputOf } from '@keyledger/messaging';
import type { ReplaceSecret, SealSecret } from '@keyledger/contracts-vault';
import { newId } from '@keyledger/event-sourcing';
import { randomBytes } from 'node:crypto';
import { Life } from './mortal.ts';
import { ada, mallory } from './people.ts';
import { ProviderServer } from './provider-server.ts';
import { admin, asking, submissionOf } from './vault-client.ts';
import { approvedRequest } from './approval-facts.ts';
import type { Replica } from './replica.ts';
import { Outside } from './vault-in-memory.ts';

describe('a secret that somebody keeps', () => {
  let outside: Outside;
  let vault: Replica;
  let server: ProviderServer;
  let key: string;

  beforeAll(async () => {
    server = await ProviderServer.open();
  });
  afterAll(() => server[Symbol.asyncDispose]());
  beforeEach(async () => {
    outside = new Outside();
    vault = await outside.replica();
    key = `sk-${randomBytes(24).toString('base64url')}`;
    server.of('openai').heard.length = 0;
    server.of('groq').heard.length = 0;
  });

  const at = (provider: string) => ({ provider, baseUrl: server.addressOf(provider) });
  const here = () => ({ connection: at('openai') });

  const seal = async (also: Partial<InputOf<typeof SealSecret>> = here()) => {
    const submission = await submissionOf(vault.client, key, ada);
    return vault.client.SealSecret({ label: 'Mine', submission, ...also }, asking(ada));
  };
  const sealed = async (also?: Partial<InputOf<typeof SealSecret>>): Promise<string> => {
    const reply = await seal(also);
    if (reply.outcome === 'refused') throw new Error(reply.message);
    return reply.result.secretId;
  };
  const replace = (secretId: string, also: Partial<InputOf<typeof ReplaceSecret>>) =>
    vault.client.ReplaceSecret({ secretId, ...also }, asking(ada));
  const test = (secretId: string, also: { version?: number; model?: string } = {}, by = ada) =>
    vault.client.TestSecret({ secretId, ...also }, asking(by));
  const viewOf = async (secretId: string) => (await vault.client.GetSecret({ secretId }, asking(ada)))!;

  it('says where it belongs', async () => {
    const { connection, versions } = await viewOf(await sealed());
    expect(connection).toEqual(at('openai'));
    expect(versions[0]?.connection).toEqual(at('openai'));
    expect((await viewOf(await sealed({ connection: { provider: 'groq' } }))).connection).toEqual({
      provider: 'groq',
      baseUrl: 'https://api.groq.com/openai/v1',
    });
  });

  it('is tested there, by its owner and by administrators', async () => {
    const secretId = await sealed();
    server.of('openai').keys.set(key, 'good');
    expect(await test(secretId)).toMatchObject({
      outcome: 'accepted',
      result: {
        test: { outcome: 'ok', stage: 'authenticate' },
        view: { lastTest: { outcome: 'ok', version: 1 }, triedAt: outside.clock().toISOString() },
      },
    });
    expect(await test(secretId, { model: 'm' }, admin)).toMatchObject({ result: { test: { stage: 'complete' } } });
    expect(await test(secretId, {}, mallory)).toMatchObject({ code: 'secret-not-found' });
  });

  it('is opened for a test only after that is recorded, in the name of whoever asked', async () => {
    const secretId = await sealed();
    await test(secretId);
    const events = (await outside.stored('secret')).filter(({ stream }) => stream === `secret-${secretId}`);
    expect(events.map(({ type }) => type)).toEqual(['SecretSealed', 'SecretRevealed', 'SecretTested']);
    expect(events[1]).toMatchObject({
      data: { purpose: 'connection-test', recipient: server.addressOf('openai'), version: 1 },
      metadata: { actor: { id: 'ada@example.com' } },
    });
    expect(events[2]).toMatchObject({ data: { outcome: 'invalid-key' }, metadata: { actor: { id: 'service:vault' } } });
  });

  it('is not sent anywhere when its opening cannot be recorded', async () => {
    const secretId = await sealed();
    // The data key is found, then comes the record.
    const dying = await outside.replica({ life: new Life({ at: 2, when: 'before' }) });
    await expect(dying.client.TestSecret({ secretId }, asking(ada))).rejects.toThrow();
    expect(server.of('openai').heard).toEqual([]);
  });

  it('has its result recorded when that is news, and each opening', async () => {
    const secretId = await sealed();
    server.of('openai').keys.set(key, 'good');
    await test(secretId);
    outside.advance(60_000);
    await test(secretId);
    server.of('openai').keys.delete(key);
    await test(secretId);
    expect((await outside.storedTypes('secret')).slice(1)).toEqual([
      'SecretRevealed',
      'SecretTested',
      'SecretRevealed',
      'SecretRevealed',
      'SecretTested',
    ]);
    const { lastTest, triedAt } = await viewOf(secretId);
    expect([lastTest?.outcome, triedAt]).toEqual(['invalid-key', outside.clock().toISOString()]);
  });

  it('shows its last result in lists, also when the read model is built anew', async () => {
    const secretId = await sealed();
    server.of('openai').keys.set(key, 'good');
    await test(secretId);
    await outside.project();
    const { items } = await vault.client.ListSecrets({ first: 10 }, asking(ada));
    expect(items).toEqual([await viewOf(secretId)]);
    expect(items[0]).toMatchObject({ connection: at('openai'), lastTest: { outcome: 'ok' } });
  });

  describe('moves to another address', () => {
    it('only with its value', async () => {
      const secretId = await sealed();
      expect(await replace(secretId, { connection: at('groq') })).toMatchObject({ code: 'value-required' });
      expect((await viewOf(secretId)).connection).toEqual(at('openai'));
      const submission = await submissionOf(vault.client, key, ada);
      expect(await replace(secretId, { connection: at('groq'), submission })).toMatchObject({
        result: {
          version: 2,
          connection: at('groq'),
          versions: [{ connection: at('openai') }, { connection: at('groq') }],
        },
      });
    });

    it('and is tested at each version where that belongs', async () => {
      const secretId = await sealed();
      const submission = await submissionOf(vault.client, `${key}-2`, ada);
      await replace(secretId, { connection: at('groq'), submission });
      await test(secretId);
      expect(server.of('openai').heard).toEqual([]);
      expect(server.of('groq').heard[0]?.headers['authorization']).toBe(`Bearer ${key}-2`);
      await test(secretId, { version: 1 });
      expect(server.of('openai').heard[0]?.headers['authorization']).toBe(`Bearer ${key}`);
      await vault.client.RestoreSecret({ secretId, version: 1 }, asking(ada));
      expect((await viewOf(secretId)).connection).toEqual(at('openai'));
    });
  });

  it.each([
    [{ provider: 'nobody' }, 'provider-unknown'],
    [{ provider: 'bedrock' }, 'address-missing'],
  ])('is not sealed for %j', async (connection, code) => {
    expect(await seal({ connection })).toMatchObject({ outcome: 'refused', code });
    expect(await replace(await sealed(), { connection })).toMatchObject({ code });
  });

  it('cannot be tested when nobody said where it belongs', async () => {
    expect(await test(await sealed({ connection: undefined }))).toMatchObject({ code: 'connection-unknown' });
  });

  it('cannot be tested when it is not there, shredded or damaged', async () => {
    const secretId = await sealed();
    expect(await test(newId())).toMatchObject({ code: 'secret-not-found' });
    expect(await test(secretId, { version: 2 })).toMatchObject({ code: 'version-not-found' });
    const other = await sealed();
    await vault.client.ShredSecret({ secretId: other, scope: 'whole' }, asking(ada));
    expect(await test(other)).toMatchObject({ code: 'secret-shredded' });
    await outside.keyRing.shred((await outside.stored('secret')).flatMap((event) => dataKeyIn(event.data)));
    expect(await test(secretId)).toMatchObject({ code: 'secret-unreadable' });
    expect((await viewOf(secretId)).unreadableSince).toBeDefined();
    expect(server.of('openai').heard).toEqual([]);
  });

  it('is not the key of a lease, which has its own ways', async () => {
    const { event, leaseId } = approvedRequest();
    await vault.hear(event);
    expect(await test(leaseId, {}, admin)).toMatchObject({ code: 'secret-is-issued' });
  });

  it('waits while the vault is sealed', async () => {
    const secretId = await sealed();
    const closed = await outside.replica({ isUnsealed: false });
    await expect(closed.client.TestSecret({ secretId }, asking(ada))).rejects.toMatchObject({ code: 'sealed' });
  });
});

const dataKeyIn = (data: unknown): readonly string[] => {
  const { envelope } = data as { readonly envelope?: { readonly dataKeyId: string } };
  return envelope === undefined ? [] : [envelope.dataKeyId];
};
