import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { VaultProcess } from './vault-process.ts';
import { revealKey, type VaultClient } from './vault-client.ts';
import { startVaultStack, type VaultStack } from './vault-stack.ts';

jest.setTimeout(150_000);

describe('several vaults', () => {
  let stack: VaultStack;
  let delivery: VaultClient;
  let database: pg.Client;

  beforeAll(async () => {
    stack = await startVaultStack();
    delivery = await stack.clientOf('delivery');
    database = new pg.Client({ connectionString: stack.database.adminUrl });
    await database.connect();
  });

  afterAll(async () => {
    await database.end();
    await stack.close();
  });

  const approveMany = (count: number) => Promise.all(Array.from({ length: count }, () => stack.approve()));

  /** Each lease has one live key, which is the one that is revealed, and its history is told once. */
  const expectOneKeyEach = async (leaseIds: readonly string[]): Promise<void> => {
    const { rows } = await database.query<{ stream: string; types: string[] }>(
      `select stream, array_agg(type order by revision) as types from event_store.events
       where stream = any ($1) group by stream`,
      [leaseIds.map((leaseId) => `lease-${leaseId}`)],
    );
    expect(rows).toHaveLength(leaseIds.length);
    for (const { types } of rows) expect(types).toEqual(['LeaseStarted', 'LeaseKeySealed', 'LeaseIssued']);
    for (const leaseId of leaseIds) {
      const keys = stack.litellm.ledger().filter(({ metadata }) => metadata['lease_id'] === leaseId);
      expect(keys.map(({ key_alias: alias }) => alias)).toEqual([`${leaseId}-g1`]);
      const headers = { authorization: `Bearer ${await revealKey(delivery, leaseId)}` };
      expect((await fetch(`${stack.litellm.url}/v1/models`, { headers })).status).toBe(200);
    }
  };

  it('share the work, and each request has one key, while LiteLLM fails now and then', async () => {
    await Promise.all([stack.startReplica(), stack.startReplica()]);
    for (const fault of ['error-500', 'drop-after-commit', 'error-500-after-commit', 'drop'] as const)
      stack.litellm.faults.add({ do: fault, on: '/key/generate', times: 5 });
    const leases = await approveMany(60);
    await Promise.all(leases.map(({ leaseId }) => stack.heard.until(leaseId, 'LeaseIssued')));
    await expectOneKeyEach(leases.map(({ leaseId }) => leaseId));
    await stack.stopReplicas();
  });

  it('that are killed under load lose no request and leave no second key', async () => {
    const processes: VaultProcess[] = [];
    const start = async () => processes.push(await VaultProcess.start(stack.environment));
    try {
      await Promise.all([start(), start()]);
      const leases = await approveMany(80);
      const before = stack.heard.all.filter(({ type }) => type === 'LeaseIssued').length;
      for (const count of [5, 25, 45]) {
        await stack.heard.untilAny('LeaseIssued', before + count);
        await processes.shift()?.kill();
        await start();
      }
      await Promise.all(leases.map(({ leaseId }) => stack.heard.until(leaseId, 'LeaseIssued')));
      await expectOneKeyEach(leases.map(({ leaseId }) => leaseId));
    } finally {
      await Promise.all(processes.map((each) => each.kill()));
    }
  });
});
