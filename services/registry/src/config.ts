import {
  collectConfig,
  type Env,
  envDuration,
  loadKeyledgerFile,
  type PlatformConfig,
  readPlatformConfig,
  warningsAbout,
} from '@keyledger/config';
import type { ConfiguredModel } from './domain/catalogue/catalogue.ts';
import type { ProviderDescription } from './domain/provider/provider.messages.ts';

export interface RegistryConfig {
  readonly platform: PlatformConfig;
  /** The one provider of this release: all models are reached through LiteLLM. */
  readonly provider: ProviderDescription;
  /** `models` of the file, in its order. */
  readonly models: readonly ConfiguredModel[];
  /** `featured_models` of the file, in its order. */
  readonly featuredModels: readonly ConfiguredModel[];
  /** `litellm.enable_litellm_models` or `ENABLE_LITELLM_MODELS`: whether the issuer's own models are listed as well. */
  readonly asksIssuer: boolean;
  /** `MODEL_SYNC_INTERVAL`: how often the issuer is asked. Default 5 min. */
  readonly syncIntervalMs: number;
  /** `SERVICE_TOKEN_LONGEST_LIFE`: after this time a service token opens nothing any more. Default: as long as nobody revokes it. */
  readonly longestTokenLifeMs: number | undefined;
  /** To be logged. */
  readonly warnings: readonly string[];
}

const DEFAULT_SYNC_INTERVAL_MS = 5 * 60 * 1000;

const readCatalogue = (env: Env) => {
  const file = loadKeyledgerFile(env);
  const { models, featuredModels, litellm } = file;
  return {
    provider: { providerId: 'litellm', title: 'LiteLLM' },
    models,
    featuredModels,
    asksIssuer: litellm.enableModels,
    syncIntervalMs: envDuration(env, 'MODEL_SYNC_INTERVAL') ?? DEFAULT_SYNC_INTERVAL_MS,
    warnings: warningsAbout(file, 'models', 'featured_models'),
  };
};

/** Throws `ConfigErrors` with everything that is missing or wrong. */
export const readConfig = (env: Env = process.env): RegistryConfig =>
  collectConfig((read) => {
    const platform = read(() => readPlatformConfig(env, 'registry'));
    const catalogue = read(() => readCatalogue(env));
    const longestTokenLifeMs = read(() => envDuration(env, 'SERVICE_TOKEN_LONGEST_LIFE'));
    return () => ({ platform: platform(), ...catalogue(), longestTokenLifeMs: longestTokenLifeMs() });
  });
