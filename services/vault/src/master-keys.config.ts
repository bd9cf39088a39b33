import { ConfigError, ConfigErrors, type Env, envHttpUrl, envText } from '@keyledger/config';
import { type ConfiguredSecret, readSecret } from './configured-secret.ts';
import { readTransit, type TransitSourceConfig } from './transit.config.ts';

/** One place that master keys come from. */
export interface PassphraseSourceConfig {
  readonly source: 'passphrase';
  /** `KEYLEDGER_SECRET_KEY`, or `KEYLEDGER_SECRET_KEY_FILE`, which is read again while the vault is sealed. */
  readonly current: ConfiguredSecret;
  /**
   * `KEYLEDGER_OLD_SECRET_KEY` or `KEYLEDGER_OLD_SECRET_KEY_FILE`: the passphrase before a change, needed until the
   * rotation to the new one is completed. Makes no new key.
   */
  readonly former: ConfiguredSecret;
}

interface KeyFileSourceConfig {
  readonly source: 'key-file';
  /** `KEYLEDGER_MASTER_KEY_FILE`: 32 bytes in base64 or hexadecimal; read again while the vault is sealed. */
  readonly path: string;
}

export interface AwsKmsSourceConfig {
  readonly source: 'aws-kms';
  /** `KEYLEDGER_AWS_KMS_KEY`: ARN, id or alias of a symmetric key. Credentials come as the AWS SDK finds them. */
  readonly keyId: string;
  /** `AWS_REGION`; default: the one in the ARN. */
  readonly region: string;
  /** `KEYLEDGER_AWS_KMS_ENDPOINT`: another address than that of the region, for example of a VPC endpoint. */
  readonly endpoint?: string;
}

export type MasterKeySourceConfig =
  PassphraseSourceConfig | KeyFileSourceConfig | AwsKmsSourceConfig | TransitSourceConfig;

export interface MasterKeysConfig {
  /** `KEYLEDGER_MASTER_KEY_SOURCE`: the source of new master keys. Default: the only one that is configured. */
  readonly writes: MasterKeySourceConfig['source'];
  /** Each kind once; all of them open what they made. */
  readonly sources: readonly MasterKeySourceConfig[];
}

const SECRET_KEY = 'KEYLEDGER_SECRET_KEY';

const OLD_SECRET_KEY = 'KEYLEDGER_OLD_SECRET_KEY';

const KMS_KEY = 'KEYLEDGER_AWS_KMS_KEY';

/** `arn:<partition>:kms:<region>:<account>:key/<id>` */
const ARN = /^arn:[\w-]+:kms:([\w-]+):\d+:(?:key|alias)\/./;

const readAwsKms = (env: Env): readonly AwsKmsSourceConfig[] => {
  const keyId = envText(env, KMS_KEY);
  if (keyId === undefined) return [];
  const region = ARN.exec(keyId)?.[1] ?? envText(env, 'AWS_REGION');
  if (region === undefined)
    throw new ConfigErrors([new ConfigError({ key: KMS_KEY, expected: 'an ARN, or AWS_REGION beside it' })]);
  const endpoint = envHttpUrl(env, 'KEYLEDGER_AWS_KMS_ENDPOINT');
  return [{ source: 'aws-kms', keyId, region, ...(endpoint === undefined ? {} : { endpoint }) }];
};

const readSources = (env: Env): readonly MasterKeySourceConfig[] => {
  const [current, former] = [readSecret(env, SECRET_KEY), readSecret(env, OLD_SECRET_KEY)];
  const path = envText(env, 'KEYLEDGER_MASTER_KEY_FILE');
  const isPassphraseGiven = current.from !== 'nowhere' || former.from !== 'nowhere';
  const others = [
    ...(path === undefined ? [] : [{ source: 'key-file', path } as const]),
    ...readAwsKms(env),
    ...readTransit(env),
  ];
  const passphrase = { source: 'passphrase', current, former } as const;
  return isPassphraseGiven || others.length === 0 ? [passphrase, ...others] : others;
};

const SOURCE = 'KEYLEDGER_MASTER_KEY_SOURCE';

/** Which of several sources writes is never guessed. */
export const readMasterKeys = (env: Env): MasterKeysConfig => {
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

const isWithoutKey = (source: MasterKeySourceConfig): boolean =>
  source.source === 'passphrase' && source.current.from === 'nowhere';

export const masterKeyWarnings = ({ sources }: MasterKeysConfig): readonly string[] =>
  sources.every(isWithoutKey) ? [`${SECRET_KEY} is not set: the vault stays sealed`] : [];
