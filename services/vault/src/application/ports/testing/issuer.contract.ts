import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { isTransient } from '@keyledger/errors';
import { SecretAccess } from '@keyledger/secrets';
import { type IssuerFrom, IssuerRefused } from '../issuer.port.ts';
import type { ChosenKeys } from '../issuer-abilities.port.ts';

type Issuer = IssuerFrom<'vault'>;

export interface IssuerSubject {
  readonly issuer: Issuer;
  /** The same issuer, asked by somebody whom it does not accept. */
  readonly refusing: Issuer;
  /** A model that the issuer offers. */
  readonly modelId: string;
  /** Live keys with this alias, by the issuer's own record. */
  liveKeys(alias: string): Promise<readonly string[]>;
  /** Lets somebody else make a key with this alias. */
  occupy(alias: string): Promise<void>;
  /** Makes the next call that creates a key fail, before or after the key was created. Absent at a real issuer. */
  failNext?(when: 'before' | 'after'): void;
  close(): Promise<void>;
}

/** What every `Issuer` promises. */
export const issuerContract = (name: string, open: () => Promise<IssuerSubject>, { isReal = false } = {}): void => {
  describe(`issuer contract: ${name}`, () => {
    let subject: IssuerSubject;
    let issuer: Issuer;
    let order: Parameters<ChosenKeys['issue']>[0];
    let keyId: string;

    beforeAll(async () => {
      subject = await open();
      issuer = subject.issuer;
    }, 30_000);
    afterAll(() => subject.close());
    beforeEach(() => {
      const leaseId = randomUUID();
      order = {
        secret: issuer.keys.newKey(),
        alias: `${leaseId}-g1`,
        owner: 'ada@example.com',
        modelIds: [subject.modelId],
        duration: '1h',
        budget: { maxUsd: 5, period: '30d' },
        labels: { leaseId, requestId: randomUUID(), generation: 1 },
      };
      keyId = issuer.keys.keyIdOf(order.secret);
    });

    const faultOf = async (call: Promise<unknown>): Promise<Error> => {
      const fault: unknown = await call.then(
        (answer) => new Error(`answered ${JSON.stringify(answer)}`),
        (error) => error,
      );
      if (!(fault instanceof Error)) throw new TypeError('No error was thrown');
      expect(`${fault.message} ${fault.stack}`).not.toContain(order.secret.revealText(SecretAccess.granted));
      return fault;
    };

    it('makes a new key each time, whose id follows from it alone', () => {
      const other = issuer.keys.newKey();
      expect(other.equals(order.secret)).toBe(false);
      expect(issuer.keys.keyIdOf(other)).not.toBe(keyId);
      expect(issuer.keys.keyIdOf(order.secret.copy())).toBe(keyId);
      expect(keyId).not.toContain(order.secret.revealText(SecretAccess.granted).slice(3, 12));
    });

    it('makes the ordered key live, and says how long', async () => {
      const issued = await issuer.keys.issue(order);
      expect(issued).toEqual({ outcome: 'issued', key: { issuerKeyId: keyId, expiresAt: expect.any(String) } });
      expect(await subject.liveKeys(order.alias)).toEqual([keyId]);
      const expiresAt = issued.outcome === 'issued' ? issued.key.expiresAt : undefined;
      expect(expiresAt).toBe(new Date(expiresAt ?? NaN).toISOString());
      expect(Math.abs(Date.parse(expiresAt ?? '') - Date.now() - 3_600_000)).toBeLessThan(300_000);
    });

    it('makes a key without an end when none was ordered', async () => {
      const issued = await issuer.keys.issue({ ...order, duration: undefined, budget: undefined });
      expect(issued).toEqual({ outcome: 'issued', key: { issuerKeyId: keyId } });
    });

    it('finds the key of the first time when the order comes again', async () => {
      const first = await issuer.keys.issue(order);
      expect(await issuer.keys.issue(order)).toEqual(first);
      expect(await subject.liveKeys(order.alias)).toEqual([keyId]);
    });

    it('makes one key of several equal orders at once', async () => {
      const outcomes = await Promise.all(Array.from({ length: 5 }, () => issuer.keys.issue(order)));
      expect(outcomes.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 5 }, () => 'issued'));
      expect(await subject.liveKeys(order.alias)).toEqual([keyId]);
    });

    (isReal ? it.skip : it).each(['before', 'after'] as const)(
      'fails %s the key is created, and the same order then succeeds',
      async (when) => {
        subject.failNext?.(when);
        expect(isTransient(await faultOf(issuer.keys.issue(order)))).toBe(true);
        expect(await subject.liveKeys(order.alias)).toEqual(when === 'before' ? [] : [keyId]);
        expect(await issuer.keys.issue(order)).toMatchObject({ outcome: 'issued', key: { issuerKeyId: keyId } });
        expect(await subject.liveKeys(order.alias)).toEqual([keyId]);
      },
    );

    it('does not take the key of somebody else for ours', async () => {
      await subject.occupy(order.alias);
      const theirs = await subject.liveKeys(order.alias);
      expect(await issuer.keys.issue(order)).toEqual({ outcome: 'alias-taken' });
      expect(await subject.liveKeys(order.alias)).toEqual(theirs);
      expect(theirs).not.toContain(keyId);
      expect(await issuer.lookup(keyId)).toBeUndefined();
    });

    it('refuses an order that it cannot fulfil', async () => {
      const fault = await faultOf(issuer.keys.issue({ ...order, budget: { maxUsd: -1 } }));
      expect(fault).toBeInstanceOf(IssuerRefused);
      expect(fault).toMatchObject({ reason: 'order-refused' });
      expect(await subject.liveKeys(order.alias)).toEqual([]);
    });

    it.each<[string, (refusing: Issuer) => Promise<unknown>]>([
      ['issue', (refusing) => refusing.keys.issue(order)],
      ['lookup', (refusing) => refusing.lookup(keyId)],
      ['revoke', (refusing) => refusing.revoke(keyId)],
      ['listModels', (refusing) => refusing.listModels()],
    ])('says that it does not accept us: %s', async (_method, ask) => {
      const fault = await faultOf(ask(subject.refusing));
      expect(fault).toBeInstanceOf(IssuerRefused);
      expect(fault).toMatchObject({ reason: 'credential-refused' });
    });

    it('looks a key up by its id', async () => {
      expect(await issuer.lookup(keyId)).toBeUndefined();
      const issued = await issuer.keys.issue(order);
      expect({ outcome: 'issued', key: await issuer.lookup(keyId) }).toEqual(issued);
    });

    it('ends a key for good, as often as it is asked', async () => {
      await issuer.keys.issue(order);
      await issuer.revoke(keyId);
      expect(await subject.liveKeys(order.alias)).toEqual([]);
      expect(await issuer.lookup(keyId)).toBeUndefined();
      await issuer.revoke(keyId);
    });

    it('succeeds in ending a key that never was', async () => {
      expect(await issuer.revoke(keyId)).toBe('revoked');
    });

    it('lists its models', async () => {
      expect((await issuer.listModels()).map(({ id }) => id)).toContain(subject.modelId);
    });
  });
};
