import { z } from 'zod';
import { issuerUnavailable } from '../../../application/ports/issuer.port.ts';
import { readAnswer } from '../http/answer.ts';
import type { AskIssuer } from '../http/asking.ts';
import { labelsOf } from '../http/own-alias.ts';
import { OPENROUTER } from './openrouter.client.ts';
import { keySchema, type OpenRouterKey } from './openrouter.key-data.ts';

/** How far each page reaches back into the one before: so many keys may go between two pages and none is missed. */
const OVERLAP = 20;

const listSchema = z.object({ data: z.array(z.unknown()) });

const namedSchema = z.object({ name: z.string() });

/** What others left in a form that is not known is passed over; a key with a name of ours must not be. */
const keysIn = (entry: unknown): readonly OpenRouterKey[] => {
  const parsed = keySchema.safeParse(entry);
  if (parsed.success) return [parsed.data];
  const named = namedSchema.safeParse(entry);
  if (named.success && labelsOf(named.data.name) !== undefined)
    throw issuerUnavailable('OpenRouter listed a key of ours in a form that is not known');
  return [];
};

/** Every key of the workspace, each told once. OpenRouter pages by offset, in pages of a length of its own. */
export async function* allKeys(ask: AskIssuer, workspace: Readonly<Record<string, string>>) {
  let told = new Set<string>();
  for (let offset = 0; ;) {
    const query = { ...workspace, include_disabled: 'true', offset: String(offset) };
    const { data } = readAnswer(OPENROUTER, listSchema, await ask({ method: 'GET', path: '/keys', query }));
    const keys = data.flatMap(keysIn);
    const fresh = keys.filter(({ hash }) => !told.has(hash));
    if (data.length <= OVERLAP && fresh.length === 0) return;
    yield* fresh;
    told = new Set(keys.map(({ hash }) => hash));
    offset += Math.max(1, data.length - OVERLAP);
  }
}
