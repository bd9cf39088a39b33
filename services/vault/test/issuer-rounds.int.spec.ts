import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DifferenceView } from '@keyledger/contracts-vault';
import type { FaultKind } from '@keyledger/testing';
import { testPool } from '@keyledger/testing';
import type pg from 'pg';
import { admin, asking, type VaultClient } from './vault-client.ts';
import { VaultProcess } from './vault-process.ts';
import { startVaultStack, type VaultStack } from './vault-stack.ts';

jest.setTimeout(120_000);

/** Rounds by themselves are far away, so that each one here is due because the test says so. */
const CONFIG = `leases:
  { reconcile_every: 1h, read_usage_every: 1h, thresholds: [50, 80, 100], unused_after: 1s, remind_before: [2h] }
`;

/** The reminder two hours ahead is due a second after the key was issued. */
const LEASE = { duration: '7201s', budget: { maxUsd: 25 } };

const NOBODYS = { managed_by: 'keyledger', lease_id: '00000000-0000-4000-8000-000000000000', generation: 1 };

describe('several vaults that look after the keys of an issuer', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'vault-rounds-'));
  let stack: VaultStack;
  let gateway: VaultClient;
  let pool: pg.Pool;

  beforeAll(async () => {
    const file = path.join(directory, 'keyledger.yaml');
    writeFileSync(file, CONFIG);
    stack = await startVaultStack({ env: { CONFIG: file } });
    gateway = await stack.clientOf('gateway');
    pool = testPool(stack.database.adminUrl);
    await Promise.all([stack.startReplica(), stack.startReplica()]);
  });

  afterAll(async () => {
    await pool.end();
    await stack.close();
    rmSync(directory, { recursive: true });
  });

  /** Asks until there is an answer; the database takes the pause. */
  const until = async <Answer>(ask: () => Promise<Answer | false> | Answer | false): Promise<Answer> => {
    for (;;) {
      const answer = await ask();
      if (answer !== false) return answer;
      await pool.query('select pg_sleep(0.03)');
    }
  };

  const lastDone = async (task: string): Promise<number> => {
    const text = 'select done_at from vault.schedule where task = $1';
    return (await pool.query<{ done_at: Date }>(text, [task])).rows[0]?.done_at.getTime() ?? 0;
  };

  /** Lets the time of a task come, and waits until somebody has done it. */
  const round = async (task: 'reconcile:litellm' | 'read-usage:litellm'): Promise<void> => {
    await makeDue(task);
    const before = await lastDone(task);
    await until(async () => (await lastDone(task)) > before);
  };

  const makeDue = async (task: string): Promise<void> => {
    await pool.query(`update vault.schedule set done_at = done_at - interval '2 hours' where task = $1`, [task]);
  };

  const stored = async (stream: string): Promise<readonly string[]> => {
    const text = 'select type from event_store.events where stream = $1 order by revision';
    return (await pool.query<{ type: string }>(text, [stream])).rows.map(({ type }) => type);
  };

  const byHand = async (call: string, body: object): Promise<void> => {
    const headers = { authorization: `Bearer ${stack.litellm.masterKey}`, 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    expect((await fetch(`${stack.litellm.url}${call}`, init)).status).toBe(200);
  };

  const issue = async (): Promise<{ leaseId: string; token: string }> => {
    const { leaseId } = await stack.approve(LEASE);
    await stack.heard.until(leaseId, 'LeaseIssued');
    const text = `select from vault.leases where lease_id = $1 and status = 'issued'`;
    await until(async () => (await pool.query(text, [leaseId])).rowCount === 1);
    return { leaseId, token: stack.litellm.ledger().find(({ key_alias: name }) => name === `${leaseId}-g1`)!.token };
  };

  const listed = (): number => stack.litellm.calls().filter(({ path: called }) => called === '/key/list').length;

  const shown = async (statuses: readonly DifferenceView['status'][]): Promise<readonly DifferenceView[]> =>
    (await gateway.ListDifferences({ first: 50, statuses: [...statuses] }, asking(admin))).items;

  const repair = async ({ differenceId }: DifferenceView): Promise<string> => {
    const reply = await gateway.RepairDifference({ differenceId }, asking(admin));
    return reply.outcome === 'refused' ? reply.code : reply.result.status;
  };

  /** Resolves when a call of LiteLLM has met the fault. */
  const met = (): Promise<true> => until(() => stack.litellm.faults.pending().length === 0);

  const letGoWrong = (on: string, fault: FaultKind): void => stack.litellm.faults.add({ on, do: fault });

  it('share the schedule: one of them compares, once, while the other looks whether it is time', async () => {
    await issue();
    await until(async () => (await lastDone('reconcile:litellm')) > 0);
    for (let times = 0; times < 2; times += 1) {
      const before = listed();
      stack.litellm.faults.add({ on: '/key/list', do: 'delay', delayMs: 1_500 });
      await round('reconcile:litellm');
      expect(listed()).toBe(before + 1);
    }
    expect(await stored('reconciliation-litellm')).toEqual(['ReconciliationCompleted']);
  });

  it('make an event and an item of each difference, and put it right by one command', async () => {
    const [deleted, changed] = [await issue(), await issue()];
    await byHand('/key/delete', { keys: [deleted.token] });
    await byHand('/key/update', { key: changed.token, models: ['gpt-4o'], max_budget: 9_999 });
    await byHand('/key/generate', { key_alias: 'by-hand', metadata: NOBODYS });
    await gateway.ReconcileIssuer({}, asking(admin));
    const found = await until(async () => {
      const open = await shown(['open']);
      return open.length === 3 && open;
    });
    expect(found.map(({ kind }) => kind).sort()).toEqual(['limits-changed', 'missing-key', 'unknown-key']);
    for (const difference of found) expect(await repair(difference)).toBe('repaired');
    await stack.heard.until(deleted.leaseId, 'LeaseRotated');
    const names = stack.litellm.ledger().map(({ key_alias: name }) => name);
    expect(names).toContain(`${deleted.leaseId}-g2`);
    expect(names).not.toContain('by-hand');
    expect(stack.litellm.ledger().find(({ token }) => token === changed.token)).toMatchObject({
      models: ['gpt-4o-mini'],
      max_budget: 25,
    });
    await round('reconcile:litellm');
    await until(async () => (await shown(['open', 'repairing'])).length === 0);
    const types = await stored('reconciliation-litellm');
    for (const type of ['DifferenceFound', 'DifferenceRepairStarted', 'DifferenceResolved'])
      expect(types.filter((each) => each === type)).toHaveLength(3);
  });

  it('read what keys cost: each threshold, idleness and reminder is told once, and nothing new is no event', async () => {
    const [used, idle] = [await issue(), await issue()];
    const told = ({ leaseId }: { leaseId: string }): readonly string[] =>
      stack.heard.of(leaseId).filter((type) => /Threshold|Unused|Reminder/.test(type));
    await until(async () => {
      await round('read-usage:litellm');
      return told(idle).length === 2;
    });
    for (const [spend, count] of [
      [12.5, 1],
      [20, 2],
      [25, 3],
    ] as const) {
      stack.litellm.tell(used.token, { spend });
      await round('read-usage:litellm');
      await stack.heard.until(used.leaseId, 'LeaseThresholdReached', count);
    }
    const before = await stored(`leaseUsage-${idle.leaseId}`);
    await round('read-usage:litellm');
    expect(await stored(`leaseUsage-${idle.leaseId}`)).toEqual(before);
    expect([...before].sort()).toEqual(['LeaseExpiryReminderDue', 'LeaseUnused', 'LeaseUsageObserved']);
    expect(
      told(used)
        .filter((type) => type !== 'LeaseUnused')
        .sort(),
    ).toEqual(['LeaseExpiryReminderDue', ...Array.from({ length: 3 }, () => 'LeaseThresholdReached')]);
    const { usages } = await gateway.ListLeaseUsage({ leaseIds: [used.leaseId] }, asking(admin));
    expect(usages).toMatchObject([{ spentUsd: 25, threshold: { percent: 100 } }]);
  });

  it('that are killed in the middle of comparing, reading and repairing leave it to the next one', async () => {
    const { leaseId, token } = await issue();
    await byHand('/key/generate', { key_alias: 'by-hand', metadata: NOBODYS });
    await stack.stopReplicas();
    const vault = await VaultProcess.start(stack.environment);
    try {
      await gateway.ReconcileIssuer({}, asking(admin));
      const [difference] = await until(async () => {
        const open = await shown(['open']);
        return open.length > 0 && open;
      });
      letGoWrong('/key/list', 'hang');
      await gateway.ReconcileIssuer({}, asking(admin));
      await met();
      stack.litellm.tell(token, { spend: 13 });
      letGoWrong('/key/info', 'hang');
      await makeDue('read-usage:litellm');
      await met();
      letGoWrong('/key/delete', 'hang-after-commit');
      const asked = repair(difference!).catch(() => 'nobody answered');
      await met();
      await vault.kill();
      await asked;
      expect(stack.litellm.ledger().some(({ key_alias: name }) => name === 'by-hand')).toBe(false);
    } finally {
      await vault.kill();
    }
    await stack.startReplica();
    await stack.heard.until(leaseId, 'LeaseThresholdReached');
    await until(async () => (await shown(['open', 'repairing'])).length === 0);
    const types = await stored('reconciliation-litellm');
    expect(types.filter((type) => type === 'DifferenceFound')).toHaveLength(4);
    expect(types.filter((type) => type === 'DifferenceResolved')).toHaveLength(4);
    expect(stack.heard.of(leaseId).filter((type) => type === 'LeaseThresholdReached')).toHaveLength(1);
  });
});
