import type { SecretBytes } from '@keyledger/secrets';
import { z } from 'zod';
import { readAnswer } from '../http/answer.ts';
import { type AskIssuer, asking } from '../http/asking.ts';

export const OPENAI = 'OpenAI';

export interface OpenAiClientOptions {
  readonly baseUrl: string;
  readonly adminKey: SecretBytes;
  readonly timeoutMs: number;
}

const errorMessage = z
  .object({ error: z.object({ message: z.string(), type: z.string().nullish() }) })
  .transform(({ error }) => error.message);

export const openAiClient = ({ baseUrl, adminKey, timeoutMs }: OpenAiClientOptions): AskIssuer =>
  asking({ issuer: OPENAI, baseUrl, credential: adminKey, timeoutMs, errorMessage });

/** The most that OpenAI gives at once. */
const PAGE_SIZE = '100';

const pageSchema = z.object({ data: z.array(z.unknown()), has_more: z.boolean(), last_id: z.string().nullish() });

/** The entries of a list, page by page; each page begins after the last entry of the one before. */
export async function* listOf(ask: AskIssuer, path: string): AsyncGenerator<unknown> {
  for (let after: string | undefined; ;) {
    const query = { limit: PAGE_SIZE, ...(after === undefined ? {} : { after }) };
    const page = readAnswer(OPENAI, pageSchema, await ask({ method: 'GET', path, query }));
    yield* page.data;
    if (!page.has_more || typeof page.last_id !== 'string' || page.last_id === after) return;
    after = page.last_id;
  }
}
