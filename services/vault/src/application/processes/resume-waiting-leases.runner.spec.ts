import { describe, expect, it } from '@jest/globals';
import { AppError } from '@keyledger/errors';
import { newId } from '@keyledger/event-sourcing';
import { lease as leases } from '../../domain/lease/lease.decider.ts';
import { leaseStarted } from '../../domain/lease/lease.examples.ts';
import type { KnownLease } from '../../domain/lease/lease.state.ts';
import { FakeLeaseTable } from '../ports/testing/lease-table.fake.ts';
import { resumeWaitingLeases } from './resume-waiting-leases.runner.ts';

const NOW = Date.UTC(2026, 10, 21, 9);
const MINUTE_MS = 60_000;

const refused = {
  cause: 'order-refused',
  message: 'The issuer refuses',
  delayedAt: new Date(NOW).toISOString(),
} as const;

const dueLease = async (
  table: FakeLeaseTable,
  issuer: string,
  minute: number,
  changed: Partial<KnownLease> = {},
): Promise<string> => {
  const leaseId = newId();
  const started = { ...leaseStarted, data: { ...leaseStarted.data, leaseId, issuer } };
  const lease = leases.decider.evolve(leases.decider.initialState, started) as KnownLease;
  const dueAt = new Date(Date.UTC(2026, 10, 21, 8, minute)).toISOString();
  await table.put({ lease: { ...lease, ...changed } as KnownLease, dueAt, updatedAt: dueAt });
  return leaseId;
};

const away = (): never => {
  throw new AppError('unavailable', 'The issuer does not answer');
};

/** Looks after what is due in a table; `asked` is emptied by each look. */
const runnerOver = (table: FakeLeaseTable, advance: (leaseId: string, issuer: string) => unknown) => {
  let now = NOW;
  const asked: string[] = [];
  const runner = resumeWaitingLeases({
    leases: table,
    advanceLease: async (leaseId) => {
      asked.push(leaseId);
      await advance(leaseId, table.rows.get(leaseId)?.lease.terms.issuer ?? '');
      return undefined;
    },
    sealStatus: () => ({ isSealed: false }),
    clock: () => new Date(now),
    intervalMs: 1,
    report: () => undefined,
  });
  const look = async (afterMs = 0): Promise<readonly string[]> => {
    now += afterMs;
    await runner.round();
    return asked.splice(0);
  };
  return { ...runner, look };
};

describe('leases that are due', () => {
  it('are taken up, the longest due of an issuer first, however many there are', async () => {
    const table = new FakeLeaseTable();
    const second = await dueLease(table, 'litellm', 2);
    const first = await dueLease(table, 'litellm', 1);
    for (let count = 0; count < 250; count += 1) await dueLease(table, 'litellm', 3);
    const asked = await runnerOver(table, () => undefined).look();
    expect(asked.slice(0, 2)).toEqual([first, second]);
    expect(new Set(asked).size).toBe(252);
  });

  it('of an issuer that is away hold up none of another, were they a thousand and longer due', async () => {
    const table = new FakeLeaseTable();
    for (let count = 0; count < 1_100; count += 1) await dueLease(table, 'openrouter', 1);
    const other = await dueLease(table, 'litellm', 2);
    const { look } = runnerOver(table, (_leaseId, issuer) => issuer === 'openrouter' && away());
    const asked = await look();
    expect(asked).toContain(other);
    expect(asked).toHaveLength(2);
  });

  it('of an issuer that is slow hold up none of another, in this look or the next', async () => {
    const table = new FakeLeaseTable();
    const slow = await dueLease(table, 'openrouter', 1);
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const seen: string[] = [];
    const stop = new AbortController();
    const { run } = runnerOver(table, async (leaseId) => {
      seen.push(leaseId);
      if (leaseId === slow) {
        await dueLease(table, 'litellm', 2);
        await answered;
      } else if (seen.length > 2) {
        stop.abort();
        answer();
      }
    });
    await run(stop.signal);
    expect(seen.filter((leaseId) => leaseId === slow)).toHaveLength(1);
    expect(seen.length).toBeGreaterThan(2);
  });

  it('wait longer each time that their issuer is away, and are all taken up when it is back', async () => {
    const table = new FakeLeaseTable();
    for (let minute = 1; minute <= 3; minute += 1) await dueLease(table, 'litellm', minute);
    let isAway = true;
    const { look } = runnerOver(table, () => isAway && away());
    expect(await look()).toHaveLength(1);
    expect(await look(MINUTE_MS - 1)).toHaveLength(0);
    expect(await look(1)).toHaveLength(1);
    expect(await look(2 * MINUTE_MS - 1)).toHaveLength(0);
    isAway = false;
    expect((await look(1)).length).toBeGreaterThan(0);
    expect(await look(15 * MINUTE_MS)).toHaveLength(3);
  });

  it('are not held up by one of the same issuer that can never succeed', async () => {
    const table = new FakeLeaseTable();
    const hopeless = await dueLease(table, 'litellm', 1);
    const broken = await dueLease(table, 'litellm', 2);
    const unended = await dueLease(table, 'litellm', 3, { delay: refused });
    const last = await dueLease(table, 'litellm', 4);
    const { look } = runnerOver(table, (leaseId) => {
      if (leaseId === broken) throw new Error('A defect');
      if (leaseId === hopeless || leaseId === unended) away();
    });
    expect(await look()).toEqual([hopeless]);
    expect(await look(MINUTE_MS)).toEqual([broken, unended, last]);
    expect(await look()).toEqual([last]);
  });

  it('that cannot be read end the look', async () => {
    const table = new FakeLeaseTable();
    await dueLease(table, 'litellm', 1);
    table.findDue = async () => away();
    await expect(runnerOver(table, () => undefined).look()).rejects.toMatchObject({ code: 'unavailable' });
  });
});
