import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Issuer, IssuerRefused } from '../issuer.port.ts';
import type { IssuedKey, KeyOrder } from '../issuer-keys.ts';
import { type Abilities, describeAbilities, issuerAbilities, type IssuerKind } from './issuer.abilities.ts';
import { endAll, faultOf, type IssuerSubject, issueTo, newOrder } from './issuer.subject.ts';
import { changesContract, inventoryContract, suspensionContract, usageContract } from './issuer-abilities.contract.ts';
import { chosenKeysContract, madeKeysContract } from './issuer-origin.contract.ts';

/** What every `Issuer` promises that takes orders, and what it promises besides by its abilities. */
export const issuerContract = (
  kind: IssuerKind,
  name: string,
  open: () => Promise<IssuerSubject>,
  { isReal = false } = {},
): void => {
  describe(`issuer contract: ${name}`, () => {
    const abilities: Abilities = issuerAbilities[kind];
    let opened: IssuerSubject;
    const subject = (): IssuerSubject => opened;

    const occupied: string[] = [];

    beforeAll(async () => {
      const { occupy, ...others } = await open();
      opened = { ...others, occupy: (alias) => (occupied.push(alias), occupy(alias)) };
    }, 30_000);
    afterAll(async () => {
      if (isReal) await endAll(opened.issuer, occupied);
      await opened.close();
    }, 300_000);

    describeAbilities(abilities, () => opened.issuer);
    if (abilities.keysFrom === 'vault') chosenKeysContract(subject, isReal);
    if (abilities.keysFrom === 'issuer') madeKeysContract(subject, isReal);
    keysContract(subject, abilities);
    if (abilities.changes !== undefined) changesContract(subject, abilities.changes, isReal);
    if (abilities.suspension) suspensionContract(subject, isReal);
    if (abilities.inventory) inventoryContract(subject, abilities.suspension === true);
    if (abilities.usage) usageContract(subject, isReal);
  });
};

const keysContract = (subject: () => IssuerSubject, { enforces }: Abilities): void => {
  describe('a key', () => {
    let issuer: Issuer;
    let order: KeyOrder;

    beforeEach(() => {
      issuer = subject().issuer;
      order = newOrder(subject().modelId);
    });

    const itEnforces = (what: Issuer['enforces'][number], does: string, test: (key: IssuedKey) => void): void =>
      (enforces.includes(what) ? it : it.skip)(does, async () => {
        test(await issueTo(issuer, { ...order, rateLimits: { requestsPerMinute: 60, parallelRequests: 3 } }));
      });

    itEnforces('expiry', 'ends when it was ordered to end', ({ expiresAt }) => {
      expect(expiresAt).toBe(new Date(expiresAt ?? NaN).toISOString());
      expect(Math.abs(Date.parse(expiresAt ?? '') - Date.now() - 3_600_000)).toBeLessThan(300_000);
    });
    itEnforces('budget', 'has the budget that was ordered', ({ budget }) => {
      expect(budget).toEqual({ maxUsd: 5, period: '30d' });
    });
    itEnforces('models', 'is for the models that were ordered', ({ modelIds }) => {
      expect(modelIds).toEqual([subject().modelId]);
    });
    itEnforces('rate-limits', 'has the rate limits that were ordered', ({ rateLimits }) => {
      expect(rateLimits).toEqual({ requestsPerMinute: 60, parallelRequests: 3 });
    });

    it('has no end and no budget when none was ordered', async () => {
      const key = await issueTo(issuer, { ...order, duration: undefined, budget: undefined });
      expect(key.expiresAt).toBeUndefined();
      expect(key.budget).toBeUndefined();
    });

    (enforces.includes('budget') ? it : it.skip)('is refused when it cannot be made as ordered', async () => {
      const fault = await faultOf(issueTo(issuer, { ...order, budget: { maxUsd: -1 } }));
      expect(fault).toBeInstanceOf(IssuerRefused);
      expect(fault).toMatchObject({ reason: 'order-refused' });
      expect(await subject().liveKeys(order.alias)).toEqual([]);
    });

    it('is looked up by its id', async () => {
      const key = await issueTo(issuer, order);
      expect(await issuer.lookup(key.issuerKeyId)).toEqual(key);
    });

    it('ends for good, as often as that is asked', async () => {
      const { issuerKeyId } = await issueTo(issuer, order);
      expect(await issuer.revoke(issuerKeyId)).toBe('revoked');
      expect(await subject().liveKeys(order.alias)).toEqual([]);
      expect(await issuer.lookup(issuerKeyId)).toBeUndefined();
      expect(await issuer.revoke(issuerKeyId)).toBe('revoked');
    });

    it('is of a model that the issuer lists', async () => {
      expect((await issuer.listModels()).map(({ id }) => id)).toContain(subject().modelId);
    });

    it.each<[string, (refusing: Issuer, issuerKeyId: string) => Promise<unknown>]>([
      ['issue', (refusing) => issueTo(refusing, newOrder(subject().modelId))],
      ['lookup', (refusing, issuerKeyId) => refusing.lookup(issuerKeyId)],
      ['revoke', (refusing, issuerKeyId) => refusing.revoke(issuerKeyId)],
      ['listModels', (refusing) => refusing.listModels()],
    ])('is not for somebody whom the issuer does not accept: %s', async (_method, ask) => {
      const { issuerKeyId } = await issueTo(issuer, order);
      const fault = await faultOf(ask(subject().refusing, issuerKeyId));
      expect(fault).toBeInstanceOf(IssuerRefused);
      expect(fault).toMatchObject({ reason: 'credential-refused' });
      expect(await subject().liveKeys(order.alias)).toEqual([issuerKeyId]);
    });
  });
};
