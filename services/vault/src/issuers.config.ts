import { ConfigError, ConfigErrors, type IssuerConfig } from '@keyledger/config';
import { SecretBytes } from '@keyledger/secrets';

/** An administrative key that nothing prints. */
type WithSecretKey<Config> = Config extends { readonly apiKey: string | undefined }
  ? Omit<Config, 'apiKey'> & { readonly apiKey: SecretBytes }
  : Config;

/** `issuers` of the file: whom keys are ordered from besides LiteLLM. */
export type VaultIssuerConfig = WithSecretKey<IssuerConfig>;

const withoutKey = ({ name }: IssuerConfig, index: number): ConfigError => {
  const variable = `ISSUER_${name.toUpperCase().replaceAll('-', '_')}_API_KEY`;
  const expected = `the administrative key of ${name}, here or in ${variable} or ${variable}_FILE`;
  return new ConfigError({ key: `issuers[${index}].api_key`, expected, found: 'nothing' });
};

/** Throws `ConfigErrors` for issuers without a key, which would refuse each order. The other services need none of the keys. */
export const withSecretKeys = (issuers: readonly IssuerConfig[]): readonly VaultIssuerConfig[] => {
  const problems = issuers.flatMap((issuer, index) =>
    'apiKey' in issuer && issuer.apiKey === undefined ? [withoutKey(issuer, index)] : [],
  );
  if (problems.length > 0) throw new ConfigErrors(problems);
  return issuers.map((issuer) =>
    'apiKey' in issuer ? { ...issuer, apiKey: SecretBytes.fromText(issuer.apiKey ?? '') } : issuer,
  );
};
