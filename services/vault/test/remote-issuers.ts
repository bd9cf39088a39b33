import { SecretBytes } from '@keyledger/secrets';
import { type OpenAiAdmin, type OpenRouter, startLiteLlm, startOpenAiAdmin, startOpenRouter } from '@keyledger/testing';
import { litellmIssuer } from '../src/adapters/issuers/litellm/litellm.issuer.ts';
import { openAiIssuer } from '../src/adapters/issuers/openai/openai.issuer.ts';
import { openRouterIssuer } from '../src/adapters/issuers/openrouter/openrouter.issuer.ts';
import type { Issuer } from '../src/application/ports/issuer.port.ts';

/** An issuer behind its adapter and HTTP, with a double at the other end. */
export interface Remote {
  issuerAt(clock: () => Date): Issuer;
  /** The next key is made, and nobody hears of it. */
  loseNextAnswer(): void;
  /** Names of the keys that live there, with what tells a key. */
  live(): readonly { readonly name: string; readonly hash?: string }[];
  stop(): Promise<void>;
}

const connectionTo = (url: string, apiKey: string) => ({
  baseUrl: url,
  gatewayUrl: url,
  apiKey: SecretBytes.fromText(apiKey),
  timeoutMs: 5_000,
});

const liteLlm = async (): Promise<Remote> => {
  const litellm = await startLiteLlm();
  return {
    issuerAt: (clock) => litellmIssuer({ ...connectionTo(litellm.url, litellm.masterKey), clock }),
    loseNextAnswer: () => litellm.faults.add({ do: 'drop-after-commit', on: '/key/generate' }),
    live: () => litellm.ledger().map(({ key_alias: name }) => ({ name: name ?? '' })),
    stop: () => litellm.stop(),
  };
};

export const openRouter = async (): Promise<Remote & { readonly server: OpenRouter }> => {
  const router = await startOpenRouter();
  return {
    server: router,
    issuerAt: (clock) =>
      openRouterIssuer({ ...connectionTo(router.url, router.managementKey), name: 'openrouter', clock }),
    loseNextAnswer: () => router.failNext('POST /keys', 'drop-after-commit'),
    live: () => router.keys(),
    stop: () => router.stop(),
  };
};

export const openAi = async (): Promise<Remote & { readonly server: OpenAiAdmin }> => {
  const admin = await startOpenAiAdmin();
  const { url, adminKey, projectId } = admin;
  return {
    server: admin,
    issuerAt: () => openAiIssuer({ ...connectionTo(url, adminKey), name: 'openai', projectId }),
    loseNextAnswer: () => admin.failNext('POST /organization/projects/{project}/service_accounts', 'drop-after-commit'),
    live: () => admin.accounts(),
    stop: () => admin.stop(),
  };
};

/** Those that make the keys themselves. */
export const makers: readonly (readonly [string, () => Promise<Remote>])[] = [
  ['OpenRouter', openRouter],
  ['OpenAI', openAi],
];

export const remotes: typeof makers = [['LiteLLM', liteLlm], ...makers];
