import { beforeEach, describe, expect, it } from '@jest/globals';
import type { LeaseView } from '@keyledger/contracts-vault';
import type { Principal } from '@keyledger/messaging';
import type { IssuingLimits } from '../src/domain/policies/issuing-bounds.policy.ts';
import { type Approved, approvedRequest } from './approval-facts.ts';
import type { Replica } from './replica.ts';
import { admin, asking } from './vault-client.ts';
import { Outside } from './vault-in-memory.ts';

const DAY_MS = 86_400_000;

const owner: Principal = { kind: 'user', id: 'ada@example.com', roles: ['member'], proof: 'session' };

const limits: IssuingLimits = {
  defaultDurationMs: 90 * DAY_MS,
  maxGracePeriodMs: 2 * DAY_MS,
  limits: [{ models: ['short*'], maxGracePeriodMs: 3_600_000 }],
};

let outside: Outside;
let vault: Replica;
let request: Approved;

const begin = async (terms: Parameters<typeof approvedRequest>[0]): Promise<void> => {
  outside = new Outside();
  vault = await outside.replica({ limits });
  request = approvedRequest(terms);
  await vault.hear(request.event);
};

beforeEach(() => begin({ budget: { maxUsd: 10, period: '30d' } }));

const rotate = (principal = owner, also: object = {}) =>
  vault.client.RotateLease({ leaseId: request.leaseId, reason: 'It was in a chat', ...also }, asking(principal));

const retire = (generation: number) =>
  vault.client.RetireLeaseKey({ leaseId: request.leaseId, generation, reason: 'It was in a chat' }, asking(owner));

const read = async (): Promise<LeaseView | null> => vault.client.GetLease({ leaseId: request.leaseId }, asking(admin));

const keys = () => [...outside.issuer.live].map(([id, key]) => ({ id, ...key }));

const keyOf = (generation: number) => keys().find(({ labels }) => labels?.generation === generation);

const spend = (generation: number, usd: number): void => {
  const { id, ...key } = keyOf(generation) ?? { id: '', alias: '', expiresAt: undefined, labels: undefined };
  outside.issuer.live.set(id, { ...key, spentUsd: (key.spentUsd ?? 0) + usd });
};

describe('an owner who rotates again and again', () => {
  it('has two live keys at most, however long the grace period', async () => {
    expect(await rotate(owner, { gracePeriod: '2d' })).toMatchObject({ outcome: 'accepted' });
    expect(await rotate()).toMatchObject({ outcome: 'refused', code: 'too-many-keys' });
    expect(keys()).toHaveLength(2);
    expect(await retire(1)).toMatchObject({ outcome: 'accepted' });
    expect(await rotate()).toMatchObject({ outcome: 'accepted', result: { generation: 3 } });
    expect(keys()).toHaveLength(2);
  });

  it('may be followed by an administrator, who may have more of them', async () => {
    await rotate();
    expect(await rotate(admin)).toMatchObject({ outcome: 'accepted', result: { generation: 3 } });
    expect(keys()).toHaveLength(3);
  });

  it('spends no more than what two keys may in one period', async () => {
    let spent = 0;
    for (let generation = 1; generation <= 8; generation += 1) {
      for (const { labels, budget, spentUsd = 0 } of keys()) {
        const usd = (budget?.maxUsd ?? 0) - spentUsd;
        spend(labels?.generation ?? 0, usd);
        spent += usd;
      }
      if (generation > 1) await retire(generation - 1);
      expect(await rotate(owner, { gracePeriod: '2d' })).toMatchObject({ outcome: 'accepted' });
    }
    expect(spent).toBeLessThan(20);
  });
});

describe('the grace period of a rotation', () => {
  it('is bounded, for administrators as well, and for some models more than for others', async () => {
    for (const principal of [owner, admin])
      expect(await rotate(principal, { gracePeriod: '3d' })).toMatchObject({
        code: 'exceeds-limits',
        message: 'The longest grace period is 2d',
      });
    await begin({ modelId: 'short-lived' });
    expect(await rotate(owner, { gracePeriod: '2h' })).toMatchObject({ code: 'exceeds-limits' });
    expect(await rotate(owner, { gracePeriod: '1h' })).toMatchObject({ outcome: 'accepted' });
  });

  it('is a day when nobody says it, or what is allowed', async () => {
    const endsAfter = async () => Date.parse((await read())?.retiring?.[0]?.endsAt ?? '') - outside.clock().getTime();
    await rotate();
    expect(await endsAfter()).toBe(DAY_MS);
    await begin({ modelId: 'short-lived' });
    await rotate();
    expect(await endsAfter()).toBe(3_600_000);
  });
});

describe('the budget of a successor', () => {
  it('is what is left in the period, is said to be, and is no difference to the issuer', async () => {
    spend(1, 4);
    await rotate();
    expect(keyOf(2)).toMatchObject({ budget: { maxUsd: 6, period: '30d' } });
    const remainingBudget = { maxUsd: 6, until: new Date(outside.clock().getTime() + 30 * DAY_MS).toISOString() };
    expect(await read()).toMatchObject({ budget: { maxUsd: 10 }, remainingBudget });
    expect((await outside.stored('lease')).find(({ type }) => type === 'LeaseBudgetCarriedOver')?.data).toMatchObject({
      spentUsd: 4,
      budget: { maxUsd: 6 },
    });
    for (let times = 0; times < 3; times += 1) {
      outside.advance(3_600_000);
      await vault.reconcile();
    }
    expect(await outside.storedTypes('reconciliation')).not.toContain('DifferenceFound');
  });

  it('is the whole one again when the period is over', async () => {
    spend(1, 4);
    await rotate();
    outside.advance(30 * DAY_MS);
    await vault.resume();
    expect(keyOf(2)).toMatchObject({ budget: { maxUsd: 10, period: '30d' } });
    expect(await read()).not.toHaveProperty('remainingBudget');
  });

  it('counts what a key before it spent shortly before it ended', async () => {
    await rotate();
    spend(1, 3);
    spend(2, 2);
    await retire(1);
    expect(keyOf(1)).toBeUndefined();
    await rotate();
    expect(keyOf(3)).toMatchObject({ budget: { maxUsd: 5 } });
  });

  it('is not lessened by what an issuer that counts for ever tells of periods before', async () => {
    Object.assign(outside.issuer.usage, { countsForEver: true });
    spend(1, 4);
    await vault.watch();
    outside.advance(31 * DAY_MS);
    await vault.watch();
    spend(1, 1);
    await rotate();
    expect(keyOf(2)).toMatchObject({ budget: { maxUsd: 9 } });
  });

  it('is the whole one when an administrator says so', async () => {
    spend(1, 4);
    await rotate();
    const { leaseId } = request;
    await vault.client.ChangeLeaseLimits({ leaseId, budget: { maxUsd: 10, period: '30d' } }, asking(admin));
    expect(keyOf(2)).toMatchObject({ budget: { maxUsd: 10 } });
    expect(await read()).not.toHaveProperty('remainingBudget');
  });

  it('is looked for until the issuer tells what was spent, and nothing is ordered before', async () => {
    outside.issuer.failNext('usage', 'before', 2);
    spend(1, 4);
    await rotate();
    expect(keys()).toHaveLength(1);
    outside.advance(120_000);
    await vault.resume();
    outside.advance(120_000);
    await vault.resume();
    expect(keyOf(2)).toMatchObject({ budget: { maxUsd: 6 } });
  });

  it('goes by what was known when the issuer refuses to tell more', async () => {
    spend(1, 4);
    await vault.watch();
    spend(1, 1);
    outside.issuer.failNext('usage', 'credential-refused');
    await rotate();
    expect(keyOf(2)).toMatchObject({ budget: { maxUsd: 6 } });
  });
});
