import { beforeEach, describe, expect, it } from '@jest/globals';
import { isTransient } from '@keyledger/errors';
import { SecretAccess } from '@keyledger/secrets';
import { type IssuerFrom, IssuerRefused } from '../issuer.port.ts';
import type { ChosenKeys } from '../issuer-abilities.port.ts';
import type { KeyOrder } from '../issuer-keys.ts';
import { collect, faultOf, type IssuerSubject, newOrder } from './issuer.subject.ts';

type ChosenOrder = Parameters<ChosenKeys['issue']>[0];

const WHEN = ['before', 'after'] as const;

/** What issuers promise that accept keys which the vault chose. */
export const chosenKeysContract = (subject: () => IssuerSubject, isReal: boolean): void => {
  describe('keys that the vault chooses', () => {
    let issuer: IssuerFrom<'vault'>;
    let order: ChosenOrder;
    let keyId: string;

    beforeEach(() => {
      issuer = subject().issuer as IssuerFrom<'vault'>;
      order = { ...newOrder(subject().modelId), secret: issuer.keys.newKey() };
      keyId = issuer.keys.keyIdOf(order.secret);
    });

    it('are new each time, and their id follows from them alone', () => {
      const other = issuer.keys.newKey();
      expect(other.equals(order.secret)).toBe(false);
      expect(issuer.keys.keyIdOf(other)).not.toBe(keyId);
      expect(issuer.keys.keyIdOf(order.secret.copy())).toBe(keyId);
      expect(keyId).not.toContain(order.secret.revealText(SecretAccess.granted).slice(3, 12));
    });

    it('become live', async () => {
      expect(await issuer.keys.issue(order)).toMatchObject({ outcome: 'issued', key: { issuerKeyId: keyId } });
      expect(await subject().liveKeys(order.alias)).toEqual([keyId]);
    });

    it('are those of the first time when the order comes again', async () => {
      const first = await issuer.keys.issue(order);
      expect(await issuer.keys.issue(order)).toEqual(first);
      expect(await subject().liveKeys(order.alias)).toEqual([keyId]);
    });

    it('become one of several equal orders at once', async () => {
      const outcomes = await Promise.all(Array.from({ length: 5 }, () => issuer.keys.issue(order)));
      expect(outcomes.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 5 }, () => 'issued'));
      expect(await subject().liveKeys(order.alias)).toEqual([keyId]);
    });

    (isReal ? it.skip : it).each(WHEN)(
      'are found by the same order after a failure %s they came to life',
      async (when) => {
        subject().failNext?.('issue', when);
        expect(isTransient(await faultOf(issuer.keys.issue(order), order.secret))).toBe(true);
        expect(await subject().liveKeys(order.alias)).toEqual(when === 'before' ? [] : [keyId]);
        expect(await issuer.keys.issue(order)).toMatchObject({ outcome: 'issued', key: { issuerKeyId: keyId } });
        expect(await subject().liveKeys(order.alias)).toEqual([keyId]);
      },
    );

    it('are not taken for those of somebody else', async () => {
      await subject().occupy(order.alias);
      const theirs = await subject().liveKeys(order.alias);
      expect(await issuer.keys.issue(order)).toEqual({ outcome: 'alias-taken' });
      expect(await subject().liveKeys(order.alias)).toEqual(theirs);
      expect(theirs).not.toContain(keyId);
      expect(await issuer.lookup(keyId)).toBeUndefined();
    });

    it('are refused without the key in the message', async () => {
      const { keys } = subject().refusing as IssuerFrom<'vault'>;
      const fault = await faultOf(keys.issue(order), order.secret);
      expect(fault).toBeInstanceOf(IssuerRefused);
      expect(fault).toMatchObject({ reason: 'credential-refused' });
    });
  });
};

/** What issuers promise that make keys themselves and tell each once. */
export const madeKeysContract = (subject: () => IssuerSubject, isReal: boolean): void => {
  describe('keys that the issuer makes', () => {
    let issuer: IssuerFrom<'issuer'>;
    let order: KeyOrder;

    beforeEach(() => {
      issuer = subject().issuer as IssuerFrom<'issuer'>;
      order = newOrder(subject().modelId);
    });

    it('are live, and told with the order', async () => {
      const { key, secret } = await issuer.keys.issue(order);
      expect(await subject().liveKeys(order.alias)).toEqual([key.issuerKeyId]);
      expect(secret.length).toBeGreaterThanOrEqual(16);
      expect(JSON.stringify(key)).not.toContain(secret.revealText(SecretAccess.granted));
    });

    it('are others for another order', async () => {
      const [one, other] = [await issuer.keys.issue(order), await issuer.keys.issue(newOrder(subject().modelId))];
      expect(one.key.issuerKeyId).not.toBe(other.key.issuerKeyId);
      expect(one.secret.equals(other.secret)).toBe(false);
    });

    (isReal ? it.skip : it)('do not exist after a failure before they were made', async () => {
      subject().failNext?.('issue', 'before');
      expect(isTransient(await faultOf(issuer.keys.issue(order)))).toBe(true);
      expect(await subject().liveKeys(order.alias)).toEqual([]);
    });

    (isReal ? it.skip : it)('are found under the alias, and ended, when the answer with the key was lost', async () => {
      subject().failNext?.('issue', 'after');
      expect(isTransient(await faultOf(issuer.keys.issue(order)))).toBe(true);
      const [orphan, ...others] = (await issuer.inventory?.findByAlias(order.alias)) ?? [];
      expect(others).toEqual([]);
      expect(orphan).toMatchObject({ alias: order.alias, labels: { leaseId: order.labels.leaseId, generation: 1 } });
      expect((await collect(issuer.inventory?.listOurs() ?? empty())).map(({ issuerKeyId }) => issuerKeyId)).toContain(
        orphan?.issuerKeyId,
      );
      expect(await issuer.revoke(orphan?.issuerKeyId ?? '')).toBe('revoked');
      expect(await subject().liveKeys(order.alias)).toEqual([]);
      const next = { ...order, alias: `${order.labels.leaseId}-g2`, labels: { ...order.labels, generation: 2 } };
      expect((await issuer.keys.issue(next)).key.alias).toBe(next.alias);
    });

    it('are all found when the same order came twice', async () => {
      const made = [await issuer.keys.issue(order), await issuer.keys.issue(order)];
      const found = (await issuer.inventory?.findByAlias(order.alias)) ?? [];
      expect(found.map(({ issuerKeyId }) => issuerKeyId).sort()).toEqual(made.map(({ key }) => key.issuerKeyId).sort());
    });
  });
};

async function* empty(): AsyncGenerator<never> {
  yield* [];
}
