import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SecretBytes } from '@keyledger/secrets';
import { type OpenAiAdmin, startOpenAiAdmin } from '@keyledger/testing';
import type { IssuerFrom } from '../../../application/ports/issuer.port.ts';
import { issuerContract } from '../../../application/ports/testing/issuer.contract.ts';
import {
  collect,
  leavingNothing,
  type MutatingCall,
  newOrder,
} from '../../../application/ports/testing/issuer.subject.ts';
import { openAiIssuer } from './openai.issuer.ts';

const issuerAt = (baseUrl: string, apiKey: string, projectId: string): IssuerFrom<'issuer'> =>
  openAiIssuer({
    name: 'openai',
    baseUrl,
    gatewayUrl: baseUrl,
    apiKey: SecretBytes.fromText(apiKey),
    projectId,
    timeoutMs: 10_000,
  });

const PROJECT = '/organization/projects/{project}';

const routes: Readonly<Partial<Record<MutatingCall, string>>> = {
  issue: `POST ${PROJECT}/service_accounts`,
  revoke: `DELETE ${PROJECT}/service_accounts/{account}`,
};

const makeAccount = async (baseUrl: string, adminKey: string, projectId: string, name: string): Promise<string> => {
  const response = await fetch(`${baseUrl}/organization/projects/${projectId}/service_accounts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name }),
  });
  expect(response.status).toBe(200);
  return ((await response.json()) as { id: string }).id;
};

const standIn = async () => {
  const openAi = await startOpenAiAdmin();
  const { url, adminKey, projectId } = openAi;
  return {
    issuer: issuerAt(url, adminKey, projectId),
    refusing: issuerAt(url, 'sk-admin-unknown', projectId),
    modelId: 'gpt-4o-mini',
    liveKeys: async (alias: string) => openAi.accounts().flatMap(({ id, name }) => (name === alias ? [id] : [])),
    occupy: async (alias: string) => void (await makeAccount(url, adminKey, projectId, alias)),
    failNext: (call: MutatingCall, when: 'before' | 'after') =>
      openAi.failNext(routes[call] ?? '', when === 'before' ? 'error-500' : 'drop-after-commit'),
    spend: async (accountId: string, usd: number) => openAi.spend(accountId, usd),
    close: () => openAi.stop(),
    leavesNothing: () => expect(openAi.accounts()).toEqual([]),
  };
};

issuerContract('openai', 'OpenAI, the stand-in', standIn);

issuerContract('openai', 'OpenAI, the stand-in taken for a real one', () => leavingNothing(standIn), { isReal: true });

const realUrl = process.env.OPENAI_ADMIN_E2E_URL ?? 'https://api.openai.com/v1';
const realKey = process.env.OPENAI_ADMIN_E2E_KEY;
const realProject = process.env.OPENAI_ADMIN_E2E_PROJECT;

if (realKey === undefined || realProject === undefined) {
  describe('issuer contract: OpenAI, the real one', () => {
    it.skip('needs OPENAI_ADMIN_E2E_KEY and OPENAI_ADMIN_E2E_PROJECT', () => undefined);
  });
} else {
  issuerContract(
    'openai',
    'OpenAI, the real one',
    async () => {
      const issuer = issuerAt(realUrl, realKey, realProject);
      const [model] = await issuer.listModels();
      return {
        issuer,
        refusing: issuerAt(realUrl, 'sk-admin-unknown', realProject),
        modelId: model?.id ?? '',
        liveKeys: async (alias) => {
          const found = (await issuer.inventory?.findByAlias(alias)) ?? [];
          return found.map(({ issuerKeyId }) => issuerKeyId);
        },
        occupy: async (alias) => void (await makeAccount(realUrl, realKey, realProject, alias)),
        close: () => Promise.resolve(),
      };
    },
    { isReal: true },
  );
}

describe('OpenAI', () => {
  let openAi: OpenAiAdmin;
  let issuer: IssuerFrom<'issuer'>;

  beforeAll(async () => {
    openAi = await startOpenAiAdmin();
    issuer = issuerAt(openAi.url, openAi.adminKey, openAi.projectId);
  });
  afterAll(() => openAi.stop());

  it('has a wrong project told apart from a key that is not there', async () => {
    const { key } = await issuer.keys.issue(newOrder('any'));
    const elsewhere = issuerAt(openAi.url, openAi.adminKey, 'proj_other');
    await expect(elsewhere.lookup(key.issuerKeyId)).rejects.toMatchObject({ reason: 'order-refused' });
    await expect(elsewhere.revoke(key.issuerKeyId)).rejects.toMatchObject({ reason: 'order-refused' });
    expect(openAi.accounts().map(({ id }) => id)).toContain(key.issuerKeyId);
  });

  it('has the account of a key deleted, never the key alone, which it refuses', async () => {
    const { key } = await issuer.keys.issue(newOrder('any'));
    await issuer.revoke(key.issuerKeyId);
    expect(openAi.requests().filter((request) => /^DELETE .*\/api_keys\//.test(request))).toEqual([]);
    expect(openAi.accounts().map(({ id }) => id)).not.toContain(key.issuerKeyId);
  });

  it('has lists read page by page', async () => {
    const other = await startOpenAiAdmin();
    try {
      const asked = issuerAt(other.url, other.adminKey, other.projectId);
      for (let count = 0; count < 205; count += 1) await asked.keys.issue(newOrder('any'));
      if (asked.inventory === undefined) throw new Error('There is no inventory');
      const listed = (await collect(asked.inventory.listOurs())).map(({ issuerKeyId }) => issuerKeyId);
      expect(listed).toEqual(other.accounts().map(({ id }) => id));
    } finally {
      await other.stop();
    }
  }, 30_000);

  it('says when a key was last used', async () => {
    const { key } = await issuer.keys.issue(newOrder('any'));
    openAi.spend(key.issuerKeyId, 2);
    if (issuer.usage === undefined) throw new Error('There is no usage');
    const [told] = await collect(issuer.usage.usageOf([key.issuerKeyId]));
    expect(told).toEqual({ issuerKeyId: key.issuerKeyId, spentUsd: 2, lastUsedAt: expect.any(String) });
  });
});
