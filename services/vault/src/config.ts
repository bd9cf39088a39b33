import {
  collectConfig,
  ConfigError,
  ConfigErrors,
  type Env,
  envDuration,
  type KeyledgerFile,
  loadKeyledgerFile,
  type PlatformConfig,
  readPlatformConfig,
  secretFrom,
  warningsAbout,
} from '@keyledger/config';
import { SecretBytes } from '@keyledger/secrets';
import { type MasterKeysConfig, masterKeyWarnings, readMasterKeys } from './master-keys.config.ts';
import { type VaultIssuerConfig, withSecretKeys } from './issuers.config.ts';
import type { IssuingLimits } from './domain/policies/issuing-bounds.policy.ts';
import { type ConnectionTestConfig, readConnectionTests } from './connection-test-config.ts';

export interface VaultConfig {
  readonly platform: PlatformConfig;
  readonly masterKeys: MasterKeysConfig;
  readonly litellm: {
    /** `litellm.base_url` or `LITELLM_BASE_URL`. */
    readonly baseUrl: string;
    /** `litellm.gateway_url` or `LITELLM_GATEWAY_URL`; default: the base URL. What users of a key are told. */
    readonly gatewayUrl: string;
    /** `litellm.api_key`, `LITELLM_API_KEY` or `LITELLM_API_KEY_FILE`. Empty: LiteLLM will refuse every key. */
    readonly apiKey: SecretBytes;
    /** `LITELLM_TIMEOUT`: limit of one call. Default 10 s. */
    readonly timeoutMs: number;
  };
  /** In their order; the first that serves a model is asked for its keys, LiteLLM when none does. */
  readonly issuers: readonly VaultIssuerConfig[];
  readonly issuing: {
    /** `issuing` of the file: defaults and upper bounds of what may be issued. */
    readonly limits: IssuingLimits;
    /** `issuing.give_up_after` or `ISSUING_GIVE_UP_AFTER`: how long an issuer that does not answer is asked again. */
    readonly giveUpAfterMs: number;
  };
  /** `leases` of the file: when issuers are compared with the ledger, and when people are told about their keys. */
  readonly leases: KeyledgerFile['leases'];
  /** `SECRET_VERSIONS_KEPT`: how long an earlier version of a secret can be restored. Default 30 days. */
  readonly keepVersionsMs: number;
  readonly connectionTests: ConnectionTestConfig;
  /** To be logged. */
  readonly warnings: readonly string[];
}

const DAY_MS = 24 * 60 * 60_000;

const readLiteLlm = (env: Env, { litellm }: KeyledgerFile): VaultConfig['litellm'] => {
  const { baseUrl, gatewayUrl } = litellm;
  if (baseUrl === undefined) {
    const expected = 'an http or https address in the file, or LITELLM_BASE_URL';
    throw new ConfigErrors([new ConfigError({ key: 'litellm.base_url', expected, found: 'nothing' })]);
  }
  const apiKey = secretFrom(env, 'LITELLM_API_KEY') ?? litellm.apiKey ?? '';
  return {
    baseUrl,
    gatewayUrl: gatewayUrl ?? baseUrl,
    apiKey: SecretBytes.fromText(apiKey),
    timeoutMs: envDuration(env, 'LITELLM_TIMEOUT') ?? 10_000,
  };
};

const warningsOf = (masterKeys: MasterKeysConfig, { apiKey }: VaultConfig['litellm']): readonly string[] => [
  ...masterKeyWarnings(masterKeys),
  ...(apiKey.length === 0 ? ['litellm.api_key is not set: LiteLLM will refuse every key'] : []),
];

/** Throws `ConfigErrors` with everything that is missing or wrong. */
export const readConfig = (env: Env = process.env): VaultConfig =>
  collectConfig((read) => {
    const platform = read(() => readPlatformConfig(env, 'vault'));
    const masterKeys = read(() => readMasterKeys(env));
    const keepVersionsMs = read(() => envDuration(env, 'SECRET_VERSIONS_KEPT') ?? 30 * DAY_MS);
    const connectionTests = read(() => readConnectionTests(env));
    const own = read(() => {
      const file = loadKeyledgerFile(env);
      const warnings = warningsAbout(file, 'litellm', 'issuing');
      return {
        litellm: readLiteLlm(env, file),
        issuers: withSecretKeys(file.issuers),
        issuing: file.issuing,
        leases: file.leases,
        warnings,
      };
    });
    return () => ({
      platform: platform(),
      masterKeys: masterKeys(),
      litellm: own().litellm,
      issuers: own().issuers,
      issuing: { limits: own().issuing, giveUpAfterMs: own().issuing.giveUpAfterMs },
      leases: own().leases,
      keepVersionsMs: keepVersionsMs(),
      connectionTests: connectionTests(),
      warnings: [...own().warnings, ...warningsOf(masterKeys(), own().litellm)],
    });
  });
