import type { SecretBytes } from '@keyledger/secrets';
import { z } from 'zod';
import { type AskIssuer, asking } from '../http/asking.ts';

export const OPENROUTER = 'OpenRouter';

export interface OpenRouterClientOptions {
  readonly baseUrl: string;
  readonly managementKey: SecretBytes;
  readonly timeoutMs: number;
}

/** The code of an error is a number. */
const errorMessage = z
  .object({ error: z.object({ code: z.number(), message: z.string() }) })
  .transform(({ error }) => error.message);

/** An ordinary key gets 401 or 403 where a management key is needed. */
export const openRouterClient = ({ baseUrl, managementKey, timeoutMs }: OpenRouterClientOptions): AskIssuer =>
  asking({ issuer: OPENROUTER, baseUrl, credential: managementKey, timeoutMs, errorMessage });
