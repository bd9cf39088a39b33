import { describe, expect, it } from '@jest/globals';
import { AppError } from '@keyledger/errors';
import { newId } from '@keyledger/event-sourcing';
import { lease as leases } from '../../domain/lease/lease.decider.ts';
import { leaseStarted } from '../../domain/lease/lease.examples.ts';
import type { KnownLease } from '../../domain/lease/lease.state.ts';
import { FakeLeaseTable } from '../ports/testing/lease-table.fake.ts';
import { resumeWaitingLeases } from './resume-waiting-leases.runner.ts';

const NOW = new Date('2026-11-21T09:00:00.000Z');

const dueAt = async (table: FakeLeaseTable, issuer: string, minute: number): Promise<string> => {
  const leaseId = newId();
  const started = { ...leaseStarted, data: { ...leaseStarted.data, leaseId, issuer } };
  const lease = leases.decider.evolve(leases.decider.initialState, started) as KnownLease;
  const at = new Date(Date.UTC(2026, 10, 21, 8, minute)).toISOString();
  await table.put({ lease, dueAt: at, updatedAt: at });
  return leaseId;
};

const roundOver = async (table: FakeLeaseTable, isAway: (leaseId: string) => boolean): Promise<readonly string[]> => {
  const asked: string[] = [];
  const { round } = resumeWaitingLeases({
    leases: table,
    advanceLease: async (leaseId) => {
      asked.push(leaseId);
      if (isAway(leaseId)) throw new AppError('unavailable', 'The issuer does not answer');
      return undefined;
    },
    sealStatus: () => ({ isSealed: false }),
    clock: () => NOW,
    intervalMs: 1,
    report: () => undefined,
  });
  await round();
  return asked;
};

describe('leases that are due', () => {
  it('are taken up, the longest due first', async () => {
    const table = new FakeLeaseTable();
    const second = await dueAt(table, 'litellm', 2);
    const first = await dueAt(table, 'openrouter', 1);
    expect(await roundOver(table, () => false)).toEqual([first, second]);
  });

  it('of an issuer that does not answer wait for the next round, and those of others do not', async () => {
    const table = new FakeLeaseTable();
    const first = await dueAt(table, 'litellm', 1);
    await dueAt(table, 'litellm', 2);
    const other = await dueAt(table, 'openrouter', 3);
    expect(await roundOver(table, (leaseId) => leaseId === first)).toEqual([first, other]);
  });
});
