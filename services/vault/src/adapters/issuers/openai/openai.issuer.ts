import type { SecretBytes } from '@keyledger/secrets';
import { z } from 'zod';
import type { IssuerFrom } from '../../../application/ports/issuer.port.ts';
import { segment } from '../http/asking.ts';
import { openAiAccounts } from './openai.accounts.ts';
import { listOf, openAiClient } from './openai.client.ts';
import { openAiUsage } from './openai.usage.ts';

export interface OpenAiOptions {
  readonly name: string;
  readonly baseUrl: string;
  readonly gatewayUrl: string;
  /** An admin key of the organisation; it can call no model. */
  readonly apiKey: SecretBytes;
  /** The project in which keys are made; its limits are theirs. */
  readonly projectId: string;
  readonly timeoutMs: number;
}

const limitSchema = z.object({ model: z.string().min(1) });

/**
 * Keys of service accounts, one account for each. OpenAI limits projects, not keys: a key may what its project may, has no
 * end, and cannot be suspended. An admin key cannot list models; the project's rate limits name them.
 */
export const openAiIssuer = (options: OpenAiOptions): IssuerFrom<'issuer'> => {
  const { name, gatewayUrl, baseUrl, apiKey: adminKey, projectId, timeoutMs } = options;
  const ask = openAiClient({ baseUrl, adminKey, timeoutMs });
  const projectPath = `/organization/projects/${segment(projectId)}`;
  const accounts = openAiAccounts(ask, projectPath);
  return {
    name,
    gatewayUrl,
    enforces: [],
    keysFrom: 'issuer',
    keys: { issue: ({ alias }) => accounts.make(alias) },
    inventory: {
      async *listOurs() {
        for await (const key of accounts.all()) if (key.labels !== undefined) yield key;
      },
      findByAlias: async (alias) => {
        const found = [];
        for await (const key of accounts.all()) if (key.alias === alias) found.push(key);
        return found;
      },
    },
    usage: openAiUsage(ask, projectPath, projectId),
    lookup: (issuerKeyId) => accounts.find(issuerKeyId),
    revoke: async (issuerKeyId) => {
      await accounts.end(issuerKeyId);
      return 'revoked';
    },
    listModels: async () => {
      const models = new Set<string>();
      for await (const entry of listOf(ask, `${projectPath}/rate_limits`)) {
        const { data } = limitSchema.safeParse(entry);
        if (data !== undefined) models.add(data.model);
      }
      return [...models].map((id) => ({ id, ownedBy: 'openai' }));
    },
  };
};
