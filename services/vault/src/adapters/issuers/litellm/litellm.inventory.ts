import { z } from 'zod';
import { type Issuer, KeyUnreadable } from '../../../application/ports/issuer.port.ts';
import type { KeyInventory, UsageReport } from '../../../application/ports/issuer-abilities.port.ts';
import { readAnswer } from '../http/answer.ts';
import { type CallLiteLlm, LITELLM } from './litellm.client.ts';
import { refusalOf } from './litellm.errors.ts';
import { keyOf, type LiteLlmRow, rowSchema, usageOf } from './litellm.key-row.ts';
import { type ListedKey, listedKeys } from './litellm.listed-key.ts';

/** The most that LiteLLM gives at once. */
const PAGE_SIZE = 100;

const pageSchema = z.object({ keys: z.array(z.unknown()), total_pages: z.int().nonnegative().nullish() });

type Query = Readonly<Record<string, string>>;

interface Page {
  readonly listed: readonly ListedKey[];
  readonly pages: number;
}

const pageOf = async (call: CallLiteLlm, page: number, query: Query): Promise<Page> => {
  // Never `include_team_keys`: it adds the keys of whole teams, whatever else is asked for.
  const paging = { return_full_object: 'true', size: String(PAGE_SIZE), page: String(page) };
  const answer = await call({ method: 'GET', path: '/key/list', query: { ...query, ...paging } });
  if (!answer.ok) throw refusalOf(answer.refusal);
  const { keys, total_pages: pages } = readAnswer(LITELLM, pageSchema, answer.body);
  return { listed: keys.flatMap(listedKeys), pages: pages ?? 1 };
};

const OLDEST_FIRST = { sort_by: 'created_at', sort_order: 'asc' };

/**
 * Every key, from the last page to the first with the oldest first: a key that is deleted meanwhile moves others into pages
 * that are still to come, so that some come twice and none is missed; what comes twice is told once. Keys made meanwhile
 * may be missing.
 */
async function* allKeys(call: CallLiteLlm, query: Query = {}, known?: Page): AsyncGenerator<ListedKey> {
  const asked = { ...query, ...OLDEST_FIRST };
  const first = known ?? (await pageOf(call, 1, asked));
  let told = new Set<string>();
  for (let page = Math.max(1, first.pages); page >= 1; page -= 1) {
    const { listed } = first.pages <= 1 ? first : await pageOf(call, page, asked);
    yield* listed.filter(({ key }) => !told.has(key.issuerKeyId));
    told = new Set(listed.map(({ key }) => key.issuerKeyId));
  }
}

export const litellmInventory = (call: CallLiteLlm): KeyInventory => ({
  async *listOurs() {
    for await (const { key, isOurs } of allKeys(call)) if (isOurs) yield key;
  },

  /** Some versions match parts of an alias in any case, some ignore the filter's case: what is equal counts. */
  findByAlias: async (alias) => {
    const found = [];
    for await (const { key } of allKeys(call, { key_alias: alias })) if (key.alias === alias) found.push(key);
    return found;
  },
});

const infoSchema = z.object({ info: z.record(z.string(), z.unknown()) });

const aliasSchema = z.object({ key_alias: z.string().optional().catch(undefined) });

/** By hash, never by key: this is a query string. `undefined` only for LiteLLM's own 404. */
const rowOf = async (call: CallLiteLlm, issuerKeyId: string): Promise<LiteLlmRow | KeyUnreadable | undefined> => {
  const answer = await call({ method: 'GET', path: '/key/info', query: { key: issuerKeyId } });
  if (!answer.ok && answer.refusal.status === 404) return undefined;
  if (!answer.ok) throw refusalOf(answer.refusal);
  const { info } = readAnswer(LITELLM, infoSchema, answer.body);
  const row = rowSchema.safeParse(info);
  return row.success ? row.data : new KeyUnreadable(LITELLM, aliasSchema.parse(info).key_alias);
};

export const litellmLookup =
  (call: CallLiteLlm): Issuer['lookup'] =>
  async (issuerKeyId) => {
    const row = await rowOf(call, issuerKeyId);
    if (row instanceof KeyUnreadable) throw row;
    return row && keyOf(issuerKeyId, row);
  };

/**
 * LiteLLM writes what was spent some seconds later. Few keys are asked for one by one, many are found in the list, unless
 * that has more pages than keys are wanted, most of them of others.
 */
export const litellmUsage = (call: CallLiteLlm): UsageReport => ({
  async *usageOf(issuerKeyIds) {
    const wanted = new Set(issuerKeyIds);
    const first = wanted.size > PAGE_SIZE ? await pageOf(call, 1, OLDEST_FIRST) : undefined;
    if (first !== undefined && first.pages <= wanted.size) {
      for await (const { key, usage } of allKeys(call, {}, first))
        if (usage !== undefined && wanted.has(key.issuerKeyId)) yield usage;
      return;
    }
    for (const issuerKeyId of wanted) {
      const row = await rowOf(call, issuerKeyId);
      if (row !== undefined && !(row instanceof KeyUnreadable)) yield usageOf(issuerKeyId, row);
    }
  },
});
