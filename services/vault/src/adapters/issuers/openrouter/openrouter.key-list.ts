import { z } from 'zod';
import { issuerUnavailable } from '../../../application/ports/issuer.port.ts';
import type { IssuedKey } from '../../../application/ports/issuer-keys.ts';
import { readAnswer } from '../http/answer.ts';
import type { AskIssuer } from '../http/asking.ts';
import { labelsOf } from '../http/own-alias.ts';
import { OPENROUTER } from './openrouter.client.ts';
import { keyOf, keySchema, type OpenRouterKey } from './openrouter.key-data.ts';

/** How far each page reaches back into the one before: so many keys may go between two pages and none is missed. */
const OVERLAP = 20;

const listSchema = z.object({ data: z.array(z.unknown()) });

/** A key in OpenRouter's list. */
interface ListedKey {
  readonly key: IssuedKey;
  /** Absent: in a form that is not known. */
  readonly data?: OpenRouterKey;
}

const namedSchema = z.object({ name: z.string(), hash: z.string().min(1).optional().catch(undefined) });

/** What others left in a form that is not known is passed over; a key with a name of ours must not be, nor the others. */
const keysIn = (entry: unknown): readonly ListedKey[] => {
  const { data } = keySchema.safeParse(entry);
  if (data !== undefined) return [{ key: keyOf(data), data }];
  const { data: named } = namedSchema.safeParse(entry);
  if (named === undefined || labelsOf(named.name) === undefined) return [];
  if (named.hash === undefined) throw issuerUnavailable('OpenRouter listed a key of ours without its id');
  return [{ key: { issuerKeyId: named.hash, alias: named.name } }];
};

/** Every key of the workspace, each told once. OpenRouter pages by offset, in pages of a length of its own. */
export async function* allKeys(ask: AskIssuer, workspace: Readonly<Record<string, string>>): AsyncGenerator<ListedKey> {
  let told = new Set<string>();
  for (let offset = 0; ;) {
    const query = { ...workspace, include_disabled: 'true', offset: String(offset) };
    const { data } = readAnswer(OPENROUTER, listSchema, await ask({ method: 'GET', path: '/keys', query }));
    const keys = data.flatMap(keysIn);
    const fresh = keys.filter(({ key }) => !told.has(key.issuerKeyId));
    if (data.length <= OVERLAP && fresh.length === 0) return;
    yield* fresh;
    told = new Set(keys.map(({ key }) => key.issuerKeyId));
    offset += Math.max(1, data.length - OVERLAP);
  }
}
