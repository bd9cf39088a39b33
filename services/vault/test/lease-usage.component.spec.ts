import { beforeEach, describe, expect, it } from '@jest/globals';
import type { LeaseUsageView } from '@keyledger/contracts-vault';
import type { Principal } from '@keyledger/messaging';
import type { Issuer } from '../src/application/ports/issuer.port.ts';
import type { FakeIssuer } from '../src/application/ports/testing/issuer.fake.ts';
import { outsideWithLiteLlm } from './outside-with-litellm.ts';
import { ada } from './people.ts';
import { admin, asking } from './vault-client.ts';
import { type Approved, approvedRequest } from './approval-facts.ts';
import type { Replica } from './replica.ts';
import { Outside } from './vault-in-memory.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

let outside: Outside<Issuer>;
let issuer: FakeIssuer;
let vault: Replica;

beforeEach(async () => {
  const faked = new Outside();
  ({ issuer } = faked);
  outside = faked;
  vault = await outside.replica();
});

/** A lease with a budget of 25 dollars. */
const issue = async (): Promise<Approved> => {
  const request = approvedRequest({ budget: { maxUsd: 25 } });
  await vault.hear(request.event);
  return request;
};

/** What is spent with the key of a lease, as the issuer sees it. */
const spend = ({ leaseId }: Approved, spentUsd: number, lastUsedAt?: string): void => {
  for (const [id, key] of issuer.live)
    if (key.labels?.leaseId === leaseId)
      issuer.live.set(id, { ...key, spentUsd, ...(lastUsedAt === undefined ? {} : { lastUsedAt }) });
};

const later = async (ms: number): Promise<void> => {
  outside.advance(ms);
  await vault.watch();
};

const usageOf = async ({ leaseId }: Approved, principal: Principal = admin): Promise<LeaseUsageView | undefined> =>
  (await vault.client.ListLeaseUsage({ leaseIds: [leaseId] }, asking(principal))).usages[0];

const told = async (): Promise<readonly object[]> =>
  (await outside.published()).filter(({ type }) =>
    ['LeaseThresholdReached', 'LeaseUnused', 'LeaseExpiryReminderDue'].includes(type),
  );

describe('the usage of a key', () => {
  it('is read once in a while, and stored when it changes', async () => {
    const lease = await issue();
    await later(0);
    spend(lease, 1.5);
    await later(15 * MINUTE_MS - 1);
    expect(await usageOf(lease)).toMatchObject({ spentUsd: 0 });
    await later(1);
    expect(await usageOf(lease)).toMatchObject({ spentUsd: 1.5, lastUsedAt: outside.clock().toISOString() });
    const before = await outside.storedTypes('leaseUsage');
    for (let poll = 0; poll < 5; poll += 1) await later(15 * MINUTE_MS);
    expect(await outside.storedTypes('leaseUsage')).toEqual(before);
  });

  it('is seen by those who watch, by the owner, and by nobody else', async () => {
    const lease = await issue();
    await later(0);
    expect(await usageOf(lease, { ...ada, roles: ['auditor'], id: 'audrey' })).toBeDefined();
    expect(await usageOf(lease, ada)).toBeDefined();
    expect(await usageOf(lease, { ...ada, proof: 'claim-code', requestId: lease.requestId })).toBeDefined();
    expect(await usageOf(lease, { ...ada, proof: 'address' })).toBeUndefined();
    expect(await usageOf(lease, { ...ada, id: 'bob@example.com' })).toBeUndefined();
  });

  it('is read by one of several replicas', async () => {
    const lease = await issue();
    spend(lease, 1);
    const another = await outside.replica();
    await outside.project();
    await Promise.all([vault.watch(), another.watch()]);
    expect(await outside.storedTypes('leaseUsage')).toEqual(['LeaseUsageObserved']);
  });

  it('is asked of the issuer once, however many leases there are', async () => {
    const real = await outsideWithLiteLlm();
    try {
      ({ outside } = real);
      vault = await outside.replica();
      for (let count = 0; count < 205; count += 1) await issue();
      const before = real.litellm.calls().length;
      await later(0);
      const calls = real.litellm.calls().slice(before);
      // The first page tells how many there are, and is read again at the end.
      expect(calls.map(({ path }) => path)).toEqual(Array.from({ length: 4 }, () => '/key/list'));
      expect(outside.usage.rows.size).toBe(205);
    } finally {
      await real.litellm.stop();
    }
  });

  it('is told once, also while the read model does not know that it was', async () => {
    const lease = await issue();
    spend(lease, 13);
    await later(0);
    const before = await outside.storedTypes('leaseUsage');
    outside.usage.rows.clear();
    await later(15 * MINUTE_MS);
    expect(await outside.storedTypes('leaseUsage')).toEqual(before);
  });

  it('is read anew after a rebuild of the read model from the same events', async () => {
    const lease = await issue();
    spend(lease, 20);
    await later(0);
    const before = new Map(outside.usage.rows);
    expect(before.get(lease.leaseId)?.usage).toMatchObject({ spentUsd: 20, threshold: { percent: 80 } });
    await outside.rebuild();
    expect(outside.usage.rows).toEqual(before);
  });
});

describe('the owner of a key', () => {
  it('is told of each threshold once', async () => {
    const lease = await issue();
    for (const spent of [12, 12.5, 13, 24, 25, 26]) {
      spend(lease, spent);
      await later(15 * MINUTE_MS);
    }
    expect(await told()).toMatchObject(
      [50, 80, 100].map((percent) => ({
        type: 'LeaseThresholdReached',
        data: { leaseId: lease.leaseId, requestId: lease.requestId, owner: 'ada@example.com', percent, budgetUsd: 25 },
      })),
    );
  });

  it('is told that the key is not used, and again after it was', async () => {
    const lease = await issue();
    await later(0);
    await later(10 * DAY_MS);
    await later(DAY_MS);
    const unused = (await told()).filter((event) => 'type' in event && event.type === 'LeaseUnused');
    expect(unused).toMatchObject([{ data: { leaseId: lease.leaseId, sinceDays: 10 } }]);
    expect(await usageOf(lease)).toMatchObject({ unusedSinceDays: 10 });
    spend(lease, 0.1);
    await later(15 * MINUTE_MS);
    expect(await usageOf(lease)).not.toHaveProperty('unusedSinceDays');
  });

  it('is reminded before the key ends, also while the issuer does not answer', async () => {
    const real = await outsideWithLiteLlm();
    ({ outside } = real);
    vault = await outside.replica();
    const { leaseId } = await issue();
    await later(0);
    expect(await told()).toEqual([]);
    real.litellm.faults.add({ do: 'error-500', on: '/key/info', times: 'always' });
    for (const daysLeft of [14, 3, 1]) {
      const expiresAt = outside.leases.rows.get(leaseId)?.lease.expiresAt as string;
      await later(Date.parse(expiresAt) - daysLeft * DAY_MS - outside.clock().getTime());
      await later(MINUTE_MS);
      expect((await told()).at(-1)).toMatchObject({ type: 'LeaseExpiryReminderDue', data: { daysLeft, expiresAt } });
    }
    expect(await told()).toHaveLength(3);
    await real.litellm.stop();
  });

  it('is reminded of no time before expiry that had passed when the expiry was set', async () => {
    const { leaseId } = await issue();
    await later(5 * DAY_MS);
    const expiresAt = new Date(outside.clock().getTime() + 10 * DAY_MS).toISOString();
    const renewed = await vault.client.RenewLease({ leaseId, expiresAt }, asking(admin));
    expect(renewed).toMatchObject({ outcome: 'accepted', result: { expiresAt } });
    await later(MINUTE_MS);
    const reminders = async () =>
      (await told()).filter((event) => 'type' in event && event.type === 'LeaseExpiryReminderDue');
    expect(await reminders()).toEqual([]);
    await later(7 * DAY_MS);
    expect(await reminders()).toMatchObject([{ data: { daysLeft: 3, expiresAt } }]);
  });
});
