import {
  collectConfig,
  ConfigError,
  ConfigErrors,
  type Env,
  envDuration,
  envText,
  type KeyledgerFile,
  loadKeyledgerFile,
  type PlatformConfig,
  readPlatformConfig,
  secretFrom,
  warningsAbout,
} from '@keyledger/config';
import { SecretBytes } from '@keyledger/secrets';
import type { IssuingLimits } from './domain/policies/issuing-bounds.policy.ts';
import { type ConnectionTestConfig, readConnectionTests } from './connection-test-config.ts';

/** Where the passphrase of the master key comes from. Without one the vault starts sealed; there is no default. */
export type PassphraseConfig =
  | { readonly from: 'variable'; readonly passphrase: SecretBytes }
  | { readonly from: 'file'; readonly path: string }
  | { readonly from: 'nowhere' };

/** One place that master keys come from. */
export interface PassphraseSourceConfig {
  readonly source: 'passphrase';
  /** `KEYLEDGER_SECRET_KEY`, or `KEYLEDGER_SECRET_KEY_FILE`, which is read again while the vault is sealed. */
  readonly current: PassphraseConfig;
  /**
   * `KEYLEDGER_OLD_SECRET_KEY` or `KEYLEDGER_OLD_SECRET_KEY_FILE`: the passphrase before a change, needed until the
   * rotation to the new one is completed. Makes no new key.
   */
  readonly former: PassphraseConfig;
}

interface KeyFileSourceConfig {
  readonly source: 'key-file';
  /** `KEYLEDGER_MASTER_KEY_FILE`: 32 bytes in base64 or hexadecimal; read again while the vault is sealed. */
  readonly path: string;
}

export type MasterKeySourceConfig = PassphraseSourceConfig | KeyFileSourceConfig;

export interface MasterKeysConfig {
  /** `KEYLEDGER_MASTER_KEY_SOURCE`: the source of new master keys. Default: the only one that is configured. */
  readonly writes: MasterKeySourceConfig['source'];
  /** Each kind once; all of them open what they made. */
  readonly sources: readonly MasterKeySourceConfig[];
}

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
  readonly issuing: {
    /** `issuing` of the file: defaults and upper bounds of what may be issued. */
    readonly limits: IssuingLimits;
    /** `issuing.give_up_after` or `ISSUING_GIVE_UP_AFTER`: how long an issuer that does not answer is asked again. */
    readonly giveUpAfterMs: number;
  };
  /** `SECRET_VERSIONS_KEPT`: how long an earlier version of a secret can be restored. Default 30 days. */
  readonly keepVersionsMs: number;
  readonly connectionTests: ConnectionTestConfig;
  /** To be logged. */
  readonly warnings: readonly string[];
}

const SECRET_KEY = 'KEYLEDGER_SECRET_KEY';

const OLD_SECRET_KEY = 'KEYLEDGER_OLD_SECRET_KEY';

const readPassphrase = (env: Env, name: string): PassphraseConfig => {
  const path = envText(env, `${name}_FILE`);
  const value = env[name];
  if (path !== undefined && value !== undefined && value !== '') {
    const expected = `is set together with ${name}_FILE; set one of them`;
    throw new ConfigErrors([new ConfigError({ key: name, expected })]);
  }
  if (path !== undefined) return { from: 'file', path };
  if (value === undefined || value === '') return { from: 'nowhere' };
  return { from: 'variable', passphrase: SecretBytes.fromText(value) };
};

const DAY_MS = 24 * 60 * 60_000;

const readSources = (env: Env): readonly MasterKeySourceConfig[] => {
  const [current, former] = [readPassphrase(env, SECRET_KEY), readPassphrase(env, OLD_SECRET_KEY)];
  const path = envText(env, 'KEYLEDGER_MASTER_KEY_FILE');
  const isPassphraseGiven = current.from !== 'nowhere' || former.from !== 'nowhere';
  return [
    ...(isPassphraseGiven || path === undefined ? [{ source: 'passphrase', current, former } as const] : []),
    ...(path === undefined ? [] : [{ source: 'key-file', path } as const]),
  ];
};

const SOURCE = 'KEYLEDGER_MASTER_KEY_SOURCE';

/** Which of several sources writes is never guessed. */
const readMasterKeys = (env: Env): MasterKeysConfig => {
  const sources = readSources(env);
  const wanted = envText(env, SOURCE);
  const writing =
    wanted === undefined && sources.length === 1 ? sources[0] : sources.find(({ source }) => source === wanted);
  if (writing === undefined) {
    const expected = `one of the sources that are configured: ${sources.map(({ source }) => source).join(', ')}`;
    throw new ConfigErrors([
      new ConfigError({ key: SOURCE, expected, ...(wanted === undefined ? { found: 'nothing' } : {}) }),
    ]);
  }
  return { writes: writing.source, sources };
};

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

const isWithoutKey = (source: MasterKeySourceConfig): boolean =>
  source.source === 'passphrase' && source.current.from === 'nowhere';

const warningsOf = ({ sources }: MasterKeysConfig, { apiKey }: VaultConfig['litellm']): readonly string[] => [
  ...(sources.every(isWithoutKey) ? [`${SECRET_KEY} is not set: the vault stays sealed`] : []),
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
      return { litellm: readLiteLlm(env, file), issuing: file.issuing, warnings };
    });
    return () => ({
      platform: platform(),
      masterKeys: masterKeys(),
      litellm: own().litellm,
      issuing: { limits: own().issuing, giveUpAfterMs: own().issuing.giveUpAfterMs },
      keepVersionsMs: keepVersionsMs(),
      connectionTests: connectionTests(),
      warnings: [...own().warnings, ...warningsOf(masterKeys(), own().litellm)],
    });
  });
