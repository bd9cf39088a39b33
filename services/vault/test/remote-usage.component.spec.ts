import { afterEach, describe, expect, it } from '@jest/globals';
import type { KeyRequestTerms } from '@keyledger/contracts-approval';
import type { LeaseUsageView } from '@keyledger/contracts-vault';
import type { Issuer } from '../src/application/ports/issuer.port.ts';
import { openAi, openRouter, type Remote } from './remote-issuers.ts';
import { admin, asking } from './vault-client.ts';
import { approvedRequest } from './approval-facts.ts';
import type { Replica } from './replica.ts';
import { Outside } from './vault-in-memory.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

let outside: Outside<Issuer>;
let vault: Replica;
let close: () => Promise<void>;

afterEach(() => close());

const begin = async <Given extends Remote>(start: () => Promise<Given>): Promise<Given> => {
  const remote = await start();
  close = () => remote.stop();
  outside = new Outside<Issuer>((clock) => remote.issuerAt(clock));
  outside.advance(Date.now() - outside.clock().getTime());
  vault = await outside.replica();
  return remote;
};

/** The lease, and what its issuer calls its key. */
const issue = async (terms: Partial<KeyRequestTerms>): Promise<{ leaseId: string; keyId: string }> => {
  const { leaseId, event } = approvedRequest({ duration: '365d', ...terms });
  await vault.hear(event);
  await outside.project();
  const lease = outside.leases.rows.get(leaseId)?.lease;
  if (lease === undefined || !('key' in lease)) throw new Error('The lease has no key');
  return { leaseId, keyId: lease.key?.issuerKeyId ?? '' };
};

const later = async (ms = 15 * MINUTE_MS): Promise<void> => {
  outside.advance(ms);
  await vault.watch();
};

const usageOf = async (leaseId: string): Promise<LeaseUsageView | undefined> =>
  (await vault.client.ListLeaseUsage({ leaseIds: [leaseId] }, asking(admin))).usages[0];

const told = async (type: string): Promise<readonly unknown[]> =>
  (await outside.published()).filter((event) => event.type === type).map(({ data }) => data);

const stored = (): Promise<readonly string[]> => outside.storedTypes('leaseUsage');

describe('the usage of keys at OpenRouter', () => {
  it('is what was spent in the period of the budget, and not ever since', async () => {
    const { server } = await begin(openRouter);
    const { leaseId, keyId } = await issue({ budget: { maxUsd: 25, period: '30d' } });
    server.tell(keyId, { usage: 90, usage_daily: 1, usage_weekly: 3, usage_monthly: 13 });
    await later();
    expect(await usageOf(leaseId)).toMatchObject({ spentUsd: 13, threshold: { percent: 50 } });
    expect(await told('LeaseThresholdReached')).toMatchObject([{ leaseId, percent: 50, spentUsd: 13 }]);
  });

  it('is all that was spent where the budget is for ever', async () => {
    const { server } = await begin(openRouter);
    const { leaseId, keyId } = await issue({ budget: { maxUsd: 25 } });
    server.tell(keyId, { usage: 21, usage_daily: 1, usage_weekly: 1, usage_monthly: 1 });
    await later();
    expect(await usageOf(leaseId)).toMatchObject({ spentUsd: 21, threshold: { percent: 80 } });
  });

  it('writes nothing while it stays the same', async () => {
    const { server } = await begin(openRouter);
    const { keyId } = await issue({ budget: { maxUsd: 25 } });
    server.spend(keyId, 3);
    await later();
    const before = await stored();
    for (let poll = 0; poll < 4; poll += 1) await later();
    expect(await stored()).toEqual(before);
  });

  it('counts anew when OpenRouter does, and not by the clock alone', async () => {
    const { server } = await begin(openRouter);
    const { leaseId, keyId } = await issue({ budget: { maxUsd: 25, period: '1d' } });
    server.spend(keyId, 13);
    await later(0);
    const midnight = Date.parse((await usageOf(leaseId))?.budgetResetAt ?? '');
    await later(midnight - outside.clock().getTime());
    await later();
    expect(await told('LeaseThresholdReached')).toHaveLength(1);
    server.tell(keyId, { usage: 13.5, usage_daily: 0.5 });
    await later();
    expect(await usageOf(leaseId)).toMatchObject({
      spentUsd: 0.5,
      budgetResetAt: new Date(midnight + DAY_MS).toISOString(),
    });
    server.tell(keyId, { usage: 26, usage_daily: 13 });
    await later();
    expect(await told('LeaseThresholdReached')).toHaveLength(2);
  });

  it('is a use when it grows, since OpenRouter does not tell of the last one', async () => {
    const { server } = await begin(openRouter);
    const { leaseId, keyId } = await issue({});
    await later(0);
    for (let day = 0; day < 2; day += 1) await later(10 * DAY_MS);
    expect(await told('LeaseUnused')).toMatchObject([{ leaseId, sinceDays: 10 }]);
    server.spend(keyId, 0.01);
    await later();
    expect(await usageOf(leaseId)).toMatchObject({ lastUsedAt: outside.clock().toISOString() });
    expect(await usageOf(leaseId)).not.toHaveProperty('unusedSinceDays');
  });

  it('is told of suspended keys as well, however many there are', async () => {
    const { server } = await begin(openRouter);
    const leases = [];
    for (let count = 0; count < 21; count += 1) leases.push(await issue({}));
    const { leaseId, keyId } = leases[7]!;
    server.spend(keyId, 2);
    await vault.client.SuspendLease({ leaseId, reason: 'Test' }, asking(admin));
    await later();
    expect(await usageOf(leaseId)).toMatchObject({ spentUsd: 2 });
  });
});

describe('the usage of keys at OpenAI', () => {
  it('is what all days cost, of the key alone, and reaches thresholds that OpenAI does not know', async () => {
    const { server } = await begin(openAi);
    const { leaseId, keyId } = await issue({ budget: { maxUsd: 25 } });
    const other = await issue({ budget: { maxUsd: 25 } });
    server.age(keyId, 3);
    for (const [daysAgo, usd] of [4, 5, 6].entries()) server.spend(keyId, usd, daysAgo);
    await later();
    expect(await usageOf(leaseId)).toMatchObject({ spentUsd: 15, threshold: { percent: 50, budgetKind: 'hard' } });
    expect(await usageOf(other.leaseId)).toMatchObject({ spentUsd: 0 });
    server.spend(keyId, 10);
    await later();
    await later();
    expect((await told('LeaseThresholdReached')).map((data) => (data as { percent: number }).percent)).toEqual([
      50, 100,
    ]);
  });

  it('is counted by the periods of the budget, which OpenAI does not know', async () => {
    const { server } = await begin(openAi);
    const { leaseId, keyId } = await issue({ budget: { maxUsd: 25, period: '30d' } });
    server.spend(keyId, 20);
    await later();
    expect(await usageOf(leaseId)).toMatchObject({ spentUsd: 20, threshold: { percent: 80 } });
    await later(31 * DAY_MS);
    server.spend(keyId, 13);
    await later();
    expect(await usageOf(leaseId)).toMatchObject({ spentUsd: 13, threshold: { percent: 50 } });
    expect(await told('LeaseThresholdReached')).toHaveLength(2);
  });

  it('does not begin anew when the first days are half a year ago', async () => {
    const { server } = await begin(openAi);
    const { leaseId, keyId } = await issue({ budget: { maxUsd: 25 } });
    server.age(keyId, 400);
    for (const daysAgo of [400, 250, 181, 180, 10]) server.spend(keyId, 3, daysAgo);
    await later();
    expect(await usageOf(leaseId)).toMatchObject({ spentUsd: 15 });
    const before = await stored();
    await later();
    expect(await stored()).toEqual(before);
  });

  it('tells when a key was last used, and of one that never was', async () => {
    const { server } = await begin(openAi);
    const [used, idle] = [await issue({}), await issue({})];
    server.spend(used.keyId, 1);
    await later();
    expect(await usageOf(used.leaseId)).toHaveProperty('lastUsedAt');
    expect(await usageOf(idle.leaseId)).not.toHaveProperty('lastUsedAt');
    await later(10 * DAY_MS);
    expect(await told('LeaseUnused')).toMatchObject(
      expect.arrayContaining([
        expect.objectContaining({ leaseId: idle.leaseId }),
        expect.objectContaining({ leaseId: used.leaseId, lastUsedAt: expect.any(String) }),
      ]),
    );
  });
});
