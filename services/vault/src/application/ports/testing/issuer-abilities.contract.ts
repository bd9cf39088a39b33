import { beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { isTransient } from '@keyledger/errors';
import type { Issuer } from '../issuer.port.ts';
import type { KeyChanges, KeyInventory, KeySuspension, UsageReport } from '../issuer-abilities.port.ts';
import type { Changeable, IssuedKey, KeyChange, KeyOrder } from '../issuer-keys.ts';
import { collect, faultOf, type IssuerSubject, issueTo, newOrder } from './issuer.subject.ts';

interface Given {
  readonly issuer: Issuer;
  readonly order: KeyOrder;
  readonly key: IssuedKey;
}

const givenKey = (subject: () => IssuerSubject): (() => Given) => {
  let given: Given;
  beforeEach(async () => {
    const { issuer, modelId } = subject();
    const order = newOrder(modelId);
    given = { issuer, order, key: await issueTo(issuer, order) };
  });
  return () => given;
};

const inADay = (): string => new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 86_400_000).toISOString();

const changes: Readonly<Record<Changeable, (modelId: string) => KeyChange>> = {
  expiresAt: () => ({ expiresAt: inADay() }),
  modelIds: (modelId) => ({ modelIds: [modelId] }),
  budget: () => ({ budget: { maxUsd: 7.5, period: '7d' } }),
  rateLimits: () => ({ rateLimits: { requestsPerMinute: 30 } }),
};

const SAME_MINUTE_MS = 60_000;

const expectChanged = (key: IssuedKey, { expiresAt, ...others }: KeyChange): void => {
  expect(key).toMatchObject(others);
  if (expiresAt === undefined) return;
  expect(Math.abs(Date.parse(key.expiresAt ?? '') - Date.parse(expiresAt))).toBeLessThan(SAME_MINUTE_MS);
};

export const changesContract = (subject: () => IssuerSubject, can: readonly Changeable[], isReal: boolean): void => {
  describe('changes of a live key', () => {
    const given = givenKey(subject);
    const facet = (): KeyChanges => given().issuer.changes as KeyChanges;

    it.each(can)('change %s, and nothing else, as often as they come', async (what) => {
      const { issuer, key } = given();
      const change = changes[what](subject().modelId);
      const changed = await facet().change(key.issuerKeyId, change);
      expectChanged(changed, change);
      expectChanged(await facet().change(key.issuerKeyId, change), change);
      const { [what]: _before, ...others } = key;
      expect(await issuer.lookup(key.issuerKeyId)).toMatchObject(others);
    });

    (isReal ? it.skip : it).each(['before', 'after'] as const)(
      'are made by coming again after a failure %s',
      async (when) => {
        const [what] = can;
        const change = changes[what as Changeable](subject().modelId);
        subject().failNext?.('change', when);
        expect(isTransient(await faultOf(facet().change(given().key.issuerKeyId, change)))).toBe(true);
        expectChanged(await facet().change(given().key.issuerKeyId, change), change);
      },
    );

    it('of a key that is not there are refused', async () => {
      const { issuer, key } = given();
      await issuer.revoke(key.issuerKeyId);
      const change = changes[can[0] as Changeable](subject().modelId);
      expect(await faultOf(facet().change(key.issuerKeyId, change))).toMatchObject({ reason: 'key-not-found' });
    });
  });
};

export const suspensionContract = (subject: () => IssuerSubject, isReal: boolean): void => {
  describe('suspension', () => {
    const given = givenKey(subject);
    const facet = (): KeySuspension => given().issuer.suspension as KeySuspension;

    it('is told of the key, changes nothing else, and is taken back', async () => {
      const { issuer, key } = given();
      expect(key.isSuspended).toBe(false);
      await facet().suspend(key.issuerKeyId);
      await facet().suspend(key.issuerKeyId);
      expect(await issuer.lookup(key.issuerKeyId)).toEqual({ ...key, isSuspended: true });
      await facet().resume(key.issuerKeyId);
      await facet().resume(key.issuerKeyId);
      expect(await issuer.lookup(key.issuerKeyId)).toEqual(key);
    });

    (isReal ? it.skip : it).each(['before', 'after'] as const)('is repeated after a failure %s', async (when) => {
      const { issuer, key } = given();
      subject().failNext?.('suspend', when);
      expect(isTransient(await faultOf(facet().suspend(key.issuerKeyId)))).toBe(true);
      await facet().suspend(key.issuerKeyId);
      expect(await issuer.lookup(key.issuerKeyId)).toMatchObject({ isSuspended: true });
    });

    it('of a key that is not there is refused, and says that it is about the key', async () => {
      const { issuer, key } = given();
      await issuer.revoke(key.issuerKeyId);
      expect(await faultOf(facet().suspend(key.issuerKeyId))).toMatchObject({ reason: 'key-not-found' });
      expect(await faultOf(facet().resume(key.issuerKeyId))).toMatchObject({ reason: 'key-not-found' });
    });
  });
};

export const inventoryContract = (subject: () => IssuerSubject, canSuspend: boolean): void => {
  describe('the inventory', () => {
    const given = givenKey(subject);
    const facet = (): KeyInventory => given().issuer.inventory as KeyInventory;

    it('has each key of ours once, as it is on record, and none of others', async () => {
      const { issuer, order, key } = given();
      const stranger = `somebody-${randomUUID()}`;
      await subject().occupy(stranger);
      const listed = await collect(facet().listOurs());
      expect(listed.filter(({ issuerKeyId }) => issuerKeyId === key.issuerKeyId)).toEqual([
        await issuer.lookup(key.issuerKeyId),
      ]);
      expect(key).toMatchObject({ alias: order.alias, labels: order.labels });
      expect(listed.map(({ alias }) => alias)).not.toContain(stranger);
    });

    (canSuspend ? it : it.skip)('has suspended keys as well', async () => {
      const { issuer, key } = given();
      await issuer.suspension?.suspend(key.issuerKeyId);
      expect(await collect(facet().listOurs())).toContainEqual({ ...key, isSuspended: true });
    });

    it('finds by exactly the alias', async () => {
      const { order, key } = given();
      await subject().occupy(`${order.alias}2`);
      await subject().occupy(`x${order.alias}`);
      await subject().occupy(order.alias.toUpperCase());
      expect(await facet().findByAlias(order.alias)).toEqual([key]);
      expect(await facet().findByAlias(randomUUID())).toEqual([]);
    });

    it('has ended keys no longer', async () => {
      const { issuer, order, key } = given();
      await issuer.revoke(key.issuerKeyId);
      expect(await facet().findByAlias(order.alias)).toEqual([]);
      expect((await collect(facet().listOurs())).map(({ issuerKeyId }) => issuerKeyId)).not.toContain(key.issuerKeyId);
    });
  });
};

export const usageContract = (subject: () => IssuerSubject, isReal: boolean): void => {
  describe('usage', () => {
    const given = givenKey(subject);
    const facet = (): UsageReport => given().issuer.usage as UsageReport;

    it('is told of the keys that were asked for and are known', async () => {
      const { key } = given();
      const other = key.issuerKeyId.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
      const told = await collect(facet().usageOf([key.issuerKeyId, other]));
      expect(told.map(({ issuerKeyId }) => issuerKeyId)).toEqual([key.issuerKeyId]);
      expect(told[0]?.spentUsd ?? 0).toBe(0);
      expect(await collect(facet().usageOf([]))).toEqual([]);
    });

    (isReal ? it.skip : it)('is what was spent', async () => {
      const { key } = given();
      await subject().spend?.(key.issuerKeyId, 1.25);
      const [told] = await collect(facet().usageOf([key.issuerKeyId]));
      expect(told?.spentUsd).toBeCloseTo(1.25, 6);
    });
  });
};
