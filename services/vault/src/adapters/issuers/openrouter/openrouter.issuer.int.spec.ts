import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SecretBytes } from '@keyledger/secrets';
import { type OpenRouter, startOpenRouter } from '@keyledger/testing';
import { type IssuerFrom, KeyUnreadable } from '../../../application/ports/issuer.port.ts';
import { issuerContract } from '../../../application/ports/testing/issuer.contract.ts';
import {
  collect,
  leavingNothing,
  type MutatingCall,
  newOrder,
} from '../../../application/ports/testing/issuer.subject.ts';
import { openRouterIssuer } from './openrouter.issuer.ts';

const WORKSPACE = '3f1d6f8e-6d0a-4a34-9f57-0c2f0a5b1c11';

const issuerAt = (baseUrl: string, apiKey: string, workspaceId?: string, now?: Date): IssuerFrom<'issuer'> =>
  openRouterIssuer({
    name: 'openrouter',
    baseUrl,
    gatewayUrl: baseUrl,
    apiKey: SecretBytes.fromText(apiKey),
    workspaceId,
    timeoutMs: 10_000,
    clock: () => now ?? new Date(),
  });

const routes: Readonly<Record<MutatingCall, string>> = {
  issue: 'POST /keys',
  change: 'PATCH /keys/{hash}',
  suspend: 'PATCH /keys/{hash}',
  revoke: 'DELETE /keys/{hash}',
};

const makeKey = async (baseUrl: string, managementKey: string, name: string, more: object = {}): Promise<string> => {
  const response = await fetch(`${baseUrl}/keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${managementKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name, ...more }),
  });
  expect(response.status).toBe(201);
  const { data, key } = (await response.json()) as { data: { hash: string }; key: string };
  return Object.keys(more).length === 0 ? data.hash : key;
};

const standIn = async (workspaceId?: string) => {
  const openRouter = await startOpenRouter();
  return {
    issuer: issuerAt(openRouter.url, openRouter.managementKey, workspaceId),
    refusing: issuerAt(openRouter.url, 'sk-or-v1-unknown', workspaceId),
    modelId: 'openai/gpt-4o-mini',
    liveKeys: async (alias: string) => openRouter.keys().flatMap(({ name, hash }) => (name === alias ? [hash] : [])),
    occupy: async (alias: string) => void (await makeKey(openRouter.url, openRouter.managementKey, alias)),
    failNext: (call: MutatingCall, when: 'before' | 'after') =>
      openRouter.failNext(routes[call], when === 'before' ? 'error-500' : 'drop-after-commit'),
    spend: async (hash: string, usd: number) => openRouter.spend(hash, usd),
    close: () => openRouter.stop(),
    leavesNothing: () => expect(openRouter.keys()).toEqual([]),
  };
};

issuerContract('openrouter', 'OpenRouter, the stand-in', () => standIn());

issuerContract('openrouter', 'OpenRouter, the stand-in, in a workspace of its own', () => standIn(WORKSPACE));

issuerContract('openrouter', 'OpenRouter, the stand-in taken for a real one', () => leavingNothing(standIn), {
  isReal: true,
});

const realUrl = process.env.OPENROUTER_E2E_URL ?? 'https://openrouter.ai/api/v1';
const realKey = process.env.OPENROUTER_E2E_KEY;

if (realKey === undefined) {
  describe('issuer contract: OpenRouter, the real one', () => {
    it.skip('needs OPENROUTER_E2E_KEY, a management key', () => undefined);
  });
} else {
  issuerContract(
    'openrouter',
    'OpenRouter, the real one',
    async () => {
      const issuer = issuerAt(realUrl, realKey);
      const [model] = await issuer.listModels();
      return {
        issuer,
        refusing: issuerAt(realUrl, 'sk-or-v1-unknown'),
        modelId: model?.id ?? '',
        liveKeys: async (alias) => {
          const found = (await issuer.inventory?.findByAlias(alias)) ?? [];
          return found.map(({ issuerKeyId }) => issuerKeyId);
        },
        occupy: async (alias) => void (await makeKey(realUrl, realKey, alias)),
        close: () => Promise.resolve(),
      };
    },
    { isReal: true },
  );
}

describe('OpenRouter', () => {
  let openRouter: OpenRouter;
  let issuer: IssuerFrom<'issuer'>;

  beforeAll(async () => {
    openRouter = await startOpenRouter();
    issuer = issuerAt(openRouter.url, openRouter.managementKey, undefined, new Date('2026-11-21T12:00:00Z'));
  });
  afterAll(() => openRouter.stop());

  it('is not reached by the key of an application, which cannot manage keys', async () => {
    const key = await makeKey(openRouter.url, openRouter.managementKey, 'application', { limit: 1 });
    await expect(issuerAt(openRouter.url, key).listModels()).rejects.toMatchObject({ reason: 'credential-refused' });
    await expect(issuerAt(openRouter.url, key).keys.issue(newOrder('any'))).rejects.toMatchObject({
      reason: 'credential-refused',
    });
  });

  it('is asked for an end in UTC', async () => {
    const { key } = await issuer.keys.issue({ ...newOrder('any'), duration: '30d' });
    expect(key.expiresAt).toBe('2026-12-21T12:00:00.000Z');
  });

  it.each([
    ['1d', '2026-11-22T00:00:00.000Z'],
    ['24h', '2026-11-22T00:00:00.000Z'],
    ['7d', '2026-11-23T00:00:00.000Z'],
    ['30d', '2026-12-01T00:00:00.000Z'],
  ])('counts a budget per %s until %s', async (period, budgetResetAt) => {
    const { key } = await issuer.keys.issue({ ...newOrder('any'), budget: { maxUsd: 2, period } });
    openRouter.spend(key.issuerKeyId, 0.5);
    const { usage } = issuer;
    if (usage === undefined) throw new Error('There is no usage');
    expect(await collect(usage.usageOf([key.issuerKeyId]))).toEqual([
      { issuerKeyId: key.issuerKeyId, spentUsd: 0.5, budgetResetAt },
    ]);
  });

  it('tells a key of ours that cannot be read by its id and name, and the others as ever', async () => {
    const [odd, other] = [await issuer.keys.issue(newOrder('any')), await issuer.keys.issue(newOrder('any'))];
    openRouter.tell(odd.key.issuerKeyId, { disabled: 'perhaps' });
    const { inventory, usage } = issuer;
    if (inventory === undefined || usage === undefined) throw new Error('There is no list');
    const { issuerKeyId, alias } = odd.key;
    expect(await collect(inventory.listOurs())).toEqual(expect.arrayContaining([{ issuerKeyId, alias }, other.key]));
    expect(await inventory.findByAlias(alias ?? '')).toEqual([{ issuerKeyId, alias }]);
    await expect(issuer.lookup(issuerKeyId)).rejects.toBeInstanceOf(KeyUnreadable);
    const told = await collect(usage.usageOf([issuerKeyId, other.key.issuerKeyId]));
    expect(told).toMatchObject([{ issuerKeyId: other.key.issuerKeyId }]);
    await issuer.revoke(issuerKeyId);
  });

  it('is not asked for a budget by another period', async () => {
    const requests = openRouter.requests().length;
    await expect(issuer.keys.issue({ ...newOrder('any'), budget: { maxUsd: 2, period: '3d' } })).rejects.toMatchObject({
      reason: 'order-refused',
    });
    expect(openRouter.requests()).toHaveLength(requests);
  });

  it('is not asked under another path for an id that leads there', async () => {
    const requests = openRouter.requests().length;
    expect(await issuer.lookup('../credits')).toBeUndefined();
    expect(await issuer.revoke('..%2fcredits')).toBe('revoked');
    expect(openRouter.requests()).toHaveLength(requests);
  });

  it('has its list read whole although keys are deleted while it is read', async () => {
    const other = await startOpenRouter();
    try {
      const asked = issuerAt(other.url, other.managementKey);
      for (let count = 0; count < 230; count += 1) await asked.keys.issue(newOrder('any'));
      const expected = new Set(other.keys().map(({ hash }) => hash));
      const listed: string[] = [];
      if (asked.inventory === undefined) throw new Error('There is no inventory');
      for await (const { issuerKeyId } of asked.inventory.listOurs()) {
        if (listed.length === 50)
          for (const hash of listed.slice(0, 15)) {
            expected.delete(hash);
            await asked.revoke(hash);
          }
        listed.push(issuerKeyId);
      }
      expect(new Set(listed).size).toBe(listed.length);
      expect(listed).toEqual(expect.arrayContaining([...expected]));
    } finally {
      await other.stop();
    }
  }, 30_000);
});
