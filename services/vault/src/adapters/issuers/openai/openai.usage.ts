import { z } from 'zod';
import type { UsageReport } from '../../../application/ports/issuer-abilities.port.ts';
import { readAnswer, tolerantList } from '../http/answer.ts';
import type { AskIssuer } from '../http/asking.ts';
import { withoutAbsent } from '../http/without-absent.ts';
import { listOf, OPENAI } from './openai.client.ts';

const apiKeySchema = z.object({
  id: z.string().min(1),
  created_at: z.number(),
  last_used_at: z.number().nullish(),
  owner: z.object({ service_account: z.object({ id: z.string().min(1) }) }),
});

interface UsedKey {
  readonly issuerKeyId: string;
  readonly createdAt: number;
  readonly lastUsedAt: string | undefined;
}

const costsSchema = z.object({
  data: tolerantList(
    z.object({
      results: tolerantList(
        z.object({ api_key_id: z.string(), amount: z.object({ value: z.coerce.number(), currency: z.string() }) }),
      ),
    }),
  ),
  has_more: z.boolean().nullish(),
  next_page: z.string().nullish(),
});

const DAY_S = 86_400;

/** The most days that OpenAI tells at once. */
const DAYS = 180;

/** So many costs, of one key on one day each, are asked for at once: an answer has a length that is read. */
const COSTS = 10_000;

/** By the id of the key, which is another than that of its account; and how many keys the project has in all. */
const usedKeys = async (ask: AskIssuer, projectPath: string, wanted: ReadonlySet<string>) => {
  const keys = new Map<string, UsedKey>();
  let count = 0;
  for await (const entry of listOf(ask, `${projectPath}/api_keys`)) {
    count += 1;
    const { data } = apiKeySchema.safeParse(entry);
    if (data === undefined || !wanted.has(data.owner.service_account.id)) continue;
    const lastUsedAt = data.last_used_at ? new Date(data.last_used_at * 1_000).toISOString() : undefined;
    keys.set(data.id, { issuerKeyId: data.owner.service_account.id, createdAt: data.created_at, lastUsedAt });
  }
  return { keys, count };
};

const costsByKey = async (
  ask: AskIssuer,
  projectId: string,
  { since, days }: Readonly<{ since: number; days: number }>,
): Promise<ReadonlyMap<string, number>> => {
  const spent = new Map<string, number>();
  const asked = { start_time: String(since), limit: String(days), group_by: 'api_key_id', project_ids: projectId };
  for (let page: string | undefined; ;) {
    const query = { ...asked, ...(page === undefined ? {} : { page }) };
    const answer = await ask({ method: 'GET', path: '/organization/costs', query });
    const { data, has_more: hasMore, next_page: next } = readAnswer(OPENAI, costsSchema, answer);
    for (const { api_key_id: keyId, amount } of data.flatMap(({ results }) => results))
      if (amount.currency.toLowerCase() === 'usd') spent.set(keyId, (spent.get(keyId) ?? 0) + amount.value);
    if (!hasMore || typeof next !== 'string' || next === page) return spent;
    page = next;
  }
};

/**
 * Spent since the key was made, in whole days; OpenAI tells it some hours later. All days are summed up: one that were left
 * out because it is long ago would look as if the spending had begun anew.
 */
export const openAiUsage = (ask: AskIssuer, projectPath: string, projectId: string): UsageReport => ({
  countsForEver: true,

  async *usageOf(issuerKeyIds) {
    if (issuerKeyIds.length === 0) return;
    const { keys, count } = await usedKeys(ask, projectPath, new Set(issuerKeyIds));
    if (keys.size === 0) return;
    const oldest = [...keys.values()].reduce((first, { createdAt }) => Math.min(first, createdAt), Infinity);
    const since = Math.floor(oldest / DAY_S) * DAY_S;
    const days = Math.min(DAYS, Math.max(1, Math.floor(COSTS / count)));
    const spent = await costsByKey(ask, projectId, { since, days });
    for (const [keyId, { issuerKeyId, lastUsedAt }] of keys)
      yield { issuerKeyId, spentUsd: spent.get(keyId) ?? 0, ...withoutAbsent({ lastUsedAt }) };
  },
});
