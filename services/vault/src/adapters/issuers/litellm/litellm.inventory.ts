import { z } from 'zod';
import { type Issuer, issuerUnavailable } from '../../../application/ports/issuer.port.ts';
import type { KeyInventory, UsageReport } from '../../../application/ports/issuer-abilities.port.ts';
import { readAnswer } from '../http/answer.ts';
import { type CallLiteLlm, LITELLM } from './litellm.client.ts';
import { refusalOf } from './litellm.errors.ts';
import { isMarked, keyOf, rowSchema, usageOf } from './litellm.key-row.ts';

/** The most that LiteLLM gives at once. */
const PAGE_SIZE = 100;

const pageSchema = z.object({ keys: z.array(z.unknown()), total_pages: z.int().nonnegative().nullish() });

const listedSchema = rowSchema.extend({ token: z.string().min(1) });

type Row = z.output<typeof listedSchema>;

type Query = Readonly<Record<string, string>>;

/** What others left in a form that is not known is passed over; a key of ours must not be. */
const rowsIn = (entry: unknown): readonly Row[] => {
  const parsed = listedSchema.safeParse(entry);
  if (parsed.success) return [parsed.data];
  if (isMarked(entry)) throw issuerUnavailable('LiteLLM listed a key of ours in a form that is not known');
  return [];
};

interface Page {
  readonly rows: readonly Row[];
  readonly pages: number;
}

const pageOf = async (call: CallLiteLlm, page: number, query: Query): Promise<Page> => {
  // Never `include_team_keys`: it adds the keys of whole teams, whatever else is asked for.
  const paging = { return_full_object: 'true', size: String(PAGE_SIZE), page: String(page) };
  const answer = await call({ method: 'GET', path: '/key/list', query: { ...query, ...paging } });
  if (!answer.ok) throw refusalOf(answer.refusal);
  const { keys, total_pages: pages } = readAnswer(LITELLM, pageSchema, answer.body);
  return { rows: keys.flatMap(rowsIn), pages: pages ?? 1 };
};

const OLDEST_FIRST = { sort_by: 'created_at', sort_order: 'asc' };

/**
 * Every key, from the last page to the first with the oldest first: a key that is deleted meanwhile moves others into pages
 * that are still to come, so that some come twice and none is missed; what comes twice is told once. Keys made meanwhile
 * may be missing.
 */
async function* allRows(call: CallLiteLlm, query: Query = {}): AsyncGenerator<Row> {
  const asked = { ...query, ...OLDEST_FIRST };
  const first = await pageOf(call, 1, asked);
  let told = new Set<string>();
  for (let page = Math.max(1, first.pages); page >= 1; page -= 1) {
    const { rows } = first.pages <= 1 ? first : await pageOf(call, page, asked);
    yield* rows.filter(({ token }) => !told.has(token));
    told = new Set(rows.map(({ token }) => token));
  }
}

export const litellmInventory = (call: CallLiteLlm): KeyInventory => ({
  async *listOurs() {
    for await (const row of allRows(call)) if (isMarked(row)) yield keyOf(row.token, row);
  },

  /** Some versions match parts of an alias in any case, some ignore the filter's case: what is equal counts. */
  findByAlias: async (alias) => {
    const found = [];
    for await (const row of allRows(call, { key_alias: alias }))
      if (row.key_alias === alias) found.push(keyOf(row.token, row));
    return found;
  },
});

const infoSchema = z.object({ info: rowSchema });

/** By hash, never by key: this is a query string. `undefined` only for LiteLLM's own 404. */
const rowOf = async (call: CallLiteLlm, issuerKeyId: string): Promise<z.output<typeof rowSchema> | undefined> => {
  const answer = await call({ method: 'GET', path: '/key/info', query: { key: issuerKeyId } });
  if (!answer.ok && answer.refusal.status === 404) return undefined;
  if (!answer.ok) throw refusalOf(answer.refusal);
  return readAnswer(LITELLM, infoSchema, answer.body).info;
};

export const litellmLookup =
  (call: CallLiteLlm): Issuer['lookup'] =>
  async (issuerKeyId) => {
    const row = await rowOf(call, issuerKeyId);
    return row && keyOf(issuerKeyId, row);
  };

/** LiteLLM writes what was spent some seconds later. Few keys are asked for one by one, many are found in the list. */
export const litellmUsage = (call: CallLiteLlm): UsageReport => ({
  async *usageOf(issuerKeyIds) {
    const wanted = new Set(issuerKeyIds);
    if (wanted.size > PAGE_SIZE) {
      for await (const row of allRows(call)) if (wanted.has(row.token)) yield usageOf(row.token, row);
      return;
    }
    for (const issuerKeyId of wanted) {
      const row = await rowOf(call, issuerKeyId);
      if (row !== undefined) yield usageOf(issuerKeyId, row);
    }
  },
});
