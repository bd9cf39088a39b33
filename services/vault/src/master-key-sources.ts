import type { SecretBytes } from '@keyledger/secrets';
import { keyFileMasterKeySource } from './adapters/crypto/key-file.master-key-source.ts';
import { keyServiceMasterKeySource } from './adapters/crypto/key-service.master-key-source.ts';
import { passphraseFile } from './adapters/crypto/passphrase-reader.ts';
import { passphraseMasterKeySource } from './adapters/crypto/passphrase.master-key-source.ts';
import { severalMasterKeySources } from './adapters/crypto/several.master-key-sources.ts';
import { awsKmsKeyService } from './adapters/kms/aws-kms.key-service.ts';
import { transitKeyService } from './adapters/transit/transit.key-service.ts';
import type { MasterKeySource } from './application/ports/master-key.port.ts';
import type { ConfiguredSecret } from './configured-secret.ts';
import type { MasterKeysConfig, MasterKeySourceConfig, PassphraseSourceConfig } from './master-keys.config.ts';
import type { TransitSourceConfig } from './transit.config.ts';

const secretReader = (config: ConfiguredSecret): (() => Promise<SecretBytes | undefined>) => {
  switch (config.from) {
    case 'file':
      return passphraseFile(config.path);
    case 'variable':
      return () => Promise.resolve(config.passphrase.copy());
    case 'nowhere':
      return () => Promise.resolve(undefined);
  }
};

const SECRET_KEY = 'KEYLEDGER_SECRET_KEY';
const OLD_SECRET_KEY = 'KEYLEDGER_OLD_SECRET_KEY';

const passphraseSource = ({ current, former }: PassphraseSourceConfig): MasterKeySource => {
  const given = (config: ConfiguredSecret, name: string) => ({
    read: secretReader(config),
    configuredBy: config.from === 'file' ? `${name}_FILE` : name,
  });
  return passphraseMasterKeySource({
    ...given(current, SECRET_KEY),
    ...(former.from === 'nowhere' ? {} : { former: given(former, OLD_SECRET_KEY) }),
  });
};

const transitSource = ({ token, ...options }: TransitSourceConfig): MasterKeySource =>
  keyServiceMasterKeySource(transitKeyService({ ...options, readToken: secretReader(token) }));

const sourceOf = (config: MasterKeySourceConfig): MasterKeySource => {
  switch (config.source) {
    case 'passphrase':
      return passphraseSource(config);
    case 'key-file':
      return keyFileMasterKeySource(config.path);
    case 'aws-kms':
      return keyServiceMasterKeySource(awsKmsKeyService(config));
    case 'transit':
      return transitSource(config);
  }
};

/** Every source that is configured, as one: each opens what it made, and one of them makes new keys. */
export const masterKeySource = ({ writes, sources }: MasterKeysConfig): MasterKeySource =>
  severalMasterKeySources(writes, sources.map(sourceOf));
