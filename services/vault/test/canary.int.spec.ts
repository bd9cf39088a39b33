import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { createLogger } from '@keyledger/telemetry';
import { handIn, tryOut } from './canary-journeys.ts';
import { addDatabase, Haystack } from './haystack.ts';
import { ProviderServer } from './provider-server.ts';
import { QUOTED, QuotingProxy } from './quoting-proxy.ts';
import {
  admin,
  asking,
  delivery as deliveryService,
  newRecipient,
  revealKey,
  type VaultClient,
} from './vault-client.ts';
import { PASSPHRASE, startVaultStack, type VaultStack } from './vault-stack.ts';

jest.setTimeout(90_000);

describe('a key', () => {
  const tried = Array.from({ length: 4 }, () => `sk-${randomBytes(32).toString('base64url')}`);
  /** Written differently by JSON and in addresses, unlike keys. */
  const handedIn = Array.from({ length: 4 }, () => `sk-${randomBytes(32).toString('base64')}/+"\\%ü`);
  const haystack = new Haystack();
  let quoting: QuotingProxy;
  let stack: VaultStack;
  let witness: NatsConnection;
  let delivery: VaultClient;
  const published: string[] = [];

  const addStreams = async (): Promise<void> => {
    const manager = await jetstreamManager(witness);
    for await (const { config, state } of manager.streams.list()) {
      for (let seq = Math.max(1, state.first_seq); seq <= state.last_seq; seq += 1) {
        const message = await manager.streams.getMessage(config.name, { seq });
        haystack.add(
          `stream ${config.name}`,
          `${message?.subject} ${message?.string()} ${[...(message?.header ?? [])].join(' ')}`,
        );
      }
    }
  };

  beforeAll(async () => {
    const logs = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        haystack.add('log', chunk.toString());
        done();
      },
    });
    const logger = createLogger({ service: 'vault', level: 'trace', destination: logs });
    quoting = await QuotingProxy.open();
    stack = await startVaultStack({
      env: { LITELLM_BASE_URL: quoting.url, CONNECTION_TEST_ALLOW_PRIVATE: '127.0.0.1' },
      logger,
    });
    quoting.target = stack.litellm.url;
    witness = await stack.connect('admin');
    witness.subscribe('>', {
      callback: (_error, message) => {
        const headers = [...(message.headers ?? [])].map(([name, values]) => `${name}: ${values.join(',')}`).join('\n');
        haystack.add('NATS', `${message.subject}\n${headers}\n${message.string()}`);
      },
    });
    await witness.flush();
    await stack.startReplica();
    delivery = await stack.clientOf('delivery');

    // Every way that a key can go: issued, after a lost answer, refused, quoted back, revealed, refused to be revealed.
    const good = await stack.approve();
    await stack.heard.until(good.leaseId, 'LeaseIssued');
    stack.litellm.faults.add({ do: 'drop-after-commit', on: '/key/generate' });
    const lost = await stack.approve();
    await stack.heard.until(lost.leaseId, 'LeaseIssued');
    stack.litellm.faults.add({ do: 'refuse-alias', on: '/key/generate' });
    const refused = await stack.approve();
    await stack.heard.until(refused.leaseId, 'LeaseIssueFailed');
    const quoted = await stack.approve({ email: QUOTED });
    published.push(JSON.stringify(await stack.heard.until(quoted.leaseId, 'LeaseIssueFailed')));
    for (const { leaseId } of [good, lost]) quoting.keys.add(await revealKey(delivery, leaseId));
    const denied = { leaseId: quoted.leaseId, grantId: good.requestId, purpose: 'delivery' as const };
    const reply = await delivery.RevealLease(
      { ...denied, recipientKey: newRecipient().publicKey },
      asking(deliveryService),
    );
    haystack.add('reply', JSON.stringify(reply));
    const gateway = await stack.clientOf('gateway');
    for (const { leaseId } of [good, lost, refused, quoted])
      haystack.add('reply', JSON.stringify(await gateway.GetLease({ leaseId }, asking(admin))));
    await handIn(gateway, handedIn, haystack);
    await using server = await ProviderServer.open();
    await tryOut(gateway, stack.heard, server, tried, haystack);
    await stack.stopReplicas();
    await addStreams();
    await addDatabase(haystack, stack.database.adminUrl);
  });

  afterAll(async () => {
    await stack.close();
    await quoting.close();
  });

  it('is looked for in every place where it could be', () => {
    expect(quoting.keys.size).toBe(4);
    expect(haystack.places).toEqual(
      expect.arrayContaining([
        'log',
        'NATS',
        'reply',
        'stream KEYLEDGER_EVENTS',
        'table event_store.events',
        'table vault.key_ring',
        'table vault.leases',
        'table vault.secrets',
      ]),
    );
    expect(haystack.find('LeaseIssued').length).toBeGreaterThan(0);
    expect(haystack.find('RevealLease')).toContain('NATS: plain');
    expect(haystack.find('SecretShredded').length).toBeGreaterThan(0);
    expect(haystack.find('SealSecret')).toContain('NATS: plain');
  });

  it('is nowhere but at the issuer and with its recipient', () => {
    for (const key of quoting.keys) expect(haystack.find(key)).toEqual([]);
  });

  it('that was handed in is nowhere, whether it was taken or refused', () => {
    for (const value of handedIn) expect(haystack.find(value)).toEqual([]);
  });

  it('that was tested is nowhere, whatever its provider said of it', () => {
    for (const value of tried) expect(haystack.find(value)).toEqual([]);
    expect(haystack.find('A key was tested')).toContain('log: plain');
    expect(haystack.find('TestKey')).toContain('NATS: plain');
    expect(haystack.find('SecretTested')).toContain('table event_store.events: plain');
  });

  it('is not known anywhere either in the form of the passphrase or of the administrative key', () => {
    for (const secret of [PASSPHRASE, stack.litellm.masterKey]) expect(haystack.find(secret)).toEqual([]);
  });

  it('is taken out of what LiteLLM quotes, and the reason stays', () => {
    expect(published[0]).toContain('LiteLLM refused (400)');
    expect(published[0]).toContain('Not welcome');
  });
});
