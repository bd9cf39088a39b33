import { servicePrincipal } from '@keyledger/messaging';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import {
  admin,
  asking,
  delivery as deliveryService,
  newRecipient,
  revealKey,
  type VaultClient,
} from './vault-client.ts';
import { PASSPHRASE, startVaultStack, type VaultStack } from './vault-stack.ts';

jest.setTimeout(60_000);

describe('a sealed vault', () => {
  let stack: VaultStack;
  let delivery: VaultClient;
  let gateway: VaultClient;
  let directory: string;
  let passphraseFile: string;
  let database: pg.Client;

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'sealed-'));
    passphraseFile = path.join(directory, 'secret-key');
    stack = await startVaultStack({ env: { KEYLEDGER_SECRET_KEY: '', KEYLEDGER_SECRET_KEY_FILE: passphraseFile } });
    delivery = await stack.clientOf('delivery');
    gateway = await stack.clientOf('gateway');
    database = new pg.Client({ connectionString: stack.database.adminUrl });
    await database.connect();
  });

  afterAll(async () => {
    await database.end();
    await stack.close();
    await rm(directory, { recursive: true });
  });

  /** Everything that the vault may have written about keys. */
  const written = async (): Promise<readonly string[]> => {
    const { rows } = await database.query<{ row: string }>(
      `select e::text as row from event_store.events e union all select k::text from vault.key_ring k order by 1`,
    );
    return rows.map(({ row }) => row);
  };

  const health = async (url: string, endpoint: 'live' | 'ready') => {
    const response = await fetch(`${url}/health/${endpoint}`);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  const untilReady = async (url: string): Promise<void> => {
    while ((await health(url, 'ready')).status !== 200);
  };

  const revealing = (leaseId: string) =>
    delivery.RevealLease(
      { leaseId, grantId: leaseId, purpose: 'delivery', recipientKey: newRecipient().publicKey },
      asking(deliveryService),
    );

  it('lives, is not ready and says why, writes nothing, and unseals without a restart', async () => {
    const { healthUrl } = await stack.startReplica();
    const { leaseId } = await stack.approve();
    expect((await health(healthUrl, 'live')).status).toBe(200);
    expect(await health(healthUrl, 'ready')).toMatchObject({
      status: 503,
      body: {
        components: {
          'master-key': { status: 'down', reason: 'sealed: No master key: set KEYLEDGER_SECRET_KEY_FILE' },
        },
      },
    });
    expect(await gateway.GetHealth({}, asking(servicePrincipal('gateway')))).toMatchObject({
      isReady: false,
      parts: {
        'master-key': { status: 'down', reason: expect.stringContaining('sealed') },
        postgres: { status: 'up' },
      },
    });
    await expect(revealing(leaseId)).rejects.toMatchObject({ code: 'sealed' });
    expect(await gateway.GetLease({ leaseId }, asking(admin))).toBeNull();
    expect(await written()).toEqual([]);

    await writeFile(passphraseFile, `${PASSPHRASE}\n`);
    await untilReady(healthUrl);
    await stack.heard.until(leaseId, 'LeaseIssued');
    expect(await revealKey(delivery, leaseId)).toMatch(/^sk-/);
    await stack.stopReplicas();
  });

  it('with the wrong passphrase changes nothing, and opens all with the right one', async () => {
    const before = await written();
    expect(before.length).toBeGreaterThan(0);
    await writeFile(passphraseFile, 'another passphrase than before');
    const { healthUrl } = await stack.startReplica();
    expect(await health(healthUrl, 'ready')).toMatchObject({
      status: 503,
      body: { components: { 'master-key': { reason: expect.stringContaining('is not the one of the master key') } } },
    });
    const { leaseId } = await stack.approve();
    expect(await gateway.GetLease({ leaseId }, asking(admin))).toBeNull();
    await expect(revealing(leaseId)).rejects.toMatchObject({ code: 'sealed' });
    expect(await written()).toEqual(before);

    await writeFile(passphraseFile, PASSPHRASE);
    await untilReady(healthUrl);
    await stack.heard.until(leaseId, 'LeaseIssued');
    expect(await revealKey(delivery, leaseId)).toMatch(/^sk-/);
  });
});
