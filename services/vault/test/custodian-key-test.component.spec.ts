import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { connectionProviders } from '@keyledger/config';
import type { Principal } from '@keyledger/messaging';
import { randomBytes } from 'node:crypto';
import { custodianIssuer } from '../src/adapters/issuers/custodian/custodian.issuer.ts';
import type { IssuerFrom } from '../src/application/ports/issuer.port.ts';
import { connectionOf } from '../src/domain/providers/connection.ts';
import { providers } from '../src/domain/providers/providers.ts';
import type { KeyState } from '../src/application/ports/testing/provider-doubles.ts';
import { ProviderServer } from './provider-server.ts';
import { admin, asking, revealKey, submissionOf } from './vault-client.ts';
import { approvedRequest } from './approval-facts.ts';
import type { Replica } from './replica.ts';
import { Outside } from './vault-in-memory.ts';

const overloaded: KeyState = {
  provider: 'anthropic',
  what: 'overload',
  outcome: 'provider-error',
  stage: 'authenticate',
  status: 529,
  body: { type: 'error', error: { type: 'overloaded_error' } },
};

describe('a key that a custodian hands in', () => {
  let server: ProviderServer;
  let outside: Outside<IssuerFrom<'custodian'>>;
  let vault: Replica;
  let key: string;
  let leaseId: string;

  beforeAll(async () => {
    server = await ProviderServer.open();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const begin = async (connection: { readonly provider?: string; readonly baseUrl?: string }): Promise<void> => {
    const models = ['claude-3'];
    const custodian = { name: 'anthropic', gatewayUrl: 'https://api.anthropic.com', models, instruction: 'Make one.' };
    outside = new Outside(() => custodianIssuer({ ...custodian, ...connection }));
    vault = await outside.replica();
    const request = approvedRequest();
    leaseId = request.leaseId;
    await vault.hear(request.event);
  };

  beforeEach(async () => {
    key = `sk-ant-api03-${randomBytes(24).toString('base64url')}`;
    server.of('anthropic').heard.length = 0;
    await begin({ provider: 'anthropic', baseUrl: server.addressOf('anthropic') });
  });

  const handIn = async () =>
    vault.client.HandInKey(
      { leaseId, issuerKeyId: 'apikey_01', submission: await submissionOf(vault.client, key, admin) },
      asking(admin),
    );

  const sealedEvent = async () => (await outside.stored('lease')).find(({ type }) => type === 'LeaseKeySealed')?.data;

  it('is shown to its provider, sealed, and goes to its owner', async () => {
    server.of('anthropic').keys.set(key, 'good');
    expect(await handIn()).toMatchObject({ outcome: 'accepted', result: { status: 'issued' } });
    expect(await sealedEvent()).toMatchObject({ issuerKeyId: 'apikey_01', isTested: true });
    expect(await revealKey(vault.client, leaseId)).toBe(key);
    expect(server.of('anthropic').heard).toHaveLength(1);
  });

  it('is refused when its provider does not know it, and another may be handed in', async () => {
    expect(await handIn()).toMatchObject({ outcome: 'refused', code: 'key-not-valid' });
    expect(await outside.stored('secret')).toEqual([]);
    key = `sk-ant-api03-${randomBytes(24).toString('base64url')}`;
    server.of('anthropic').keys.set(key, 'good');
    expect(await handIn()).toMatchObject({ outcome: 'accepted' });
  });

  it('is taken untested when its provider does not say', async () => {
    server.of('anthropic').keys.set(key, overloaded);
    expect(await handIn()).toMatchObject({ outcome: 'accepted' });
    expect(await sealedEvent()).toMatchObject({ isTested: false });
  });

  it('is taken untested where the configuration names no provider', async () => {
    await begin({});
    expect(await handIn()).toMatchObject({ outcome: 'accepted' });
    expect(await sealedEvent()).toMatchObject({ isTested: false });
    expect(server.of('anthropic').heard).toEqual([]);
  });

  it('is shown to nobody by somebody who is no administrator', async () => {
    const ada: Principal = { kind: 'user', id: 'ada@example.com', roles: ['member'], proof: 'session' };
    const submission = await submissionOf(vault.client, key, ada);
    const input = { leaseId, issuerKeyId: 'apikey_01', submission };
    expect(await vault.client.HandInKey(input, asking(ada))).toMatchObject({ outcome: 'refused' });
    expect(server.of('anthropic').heard).toEqual([]);
  });
});

describe('the providers that the configuration of a custodian may name', () => {
  it('are those that a key can be shown to', () => {
    expect([...connectionProviders].sort()).toEqual(providers.map(({ name }) => name).sort());
  });

  it('need an address where they have none for everybody', () => {
    const withoutAddress = connectionProviders.filter((provider) => connectionOf({ provider }).outcome !== 'found');
    expect(withoutAddress).toEqual(['azure-openai', 'bedrock', 'ollama', 'litellm']);
  });
});
