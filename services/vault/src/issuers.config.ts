import type { IssuerConfig } from '@keyledger/config';
import { SecretBytes } from '@keyledger/secrets';

/** An administrative key that nothing prints. Empty: the issuer will refuse. */
type WithSecretKey<Config> = Config extends { readonly apiKey: string | undefined }
  ? Omit<Config, 'apiKey'> & { readonly apiKey: SecretBytes }
  : Config;

/** `issuers` of the file: whom keys are ordered from besides LiteLLM. */
export type VaultIssuerConfig = WithSecretKey<IssuerConfig>;

export const withSecretKeys = (issuers: readonly IssuerConfig[]): readonly VaultIssuerConfig[] =>
  issuers.map((issuer) =>
    'apiKey' in issuer ? { ...issuer, apiKey: SecretBytes.fromText(issuer.apiKey ?? '') } : issuer,
  );

export const issuerWarnings = (issuers: readonly VaultIssuerConfig[]): readonly string[] =>
  issuers.flatMap((issuer) =>
    'apiKey' in issuer && issuer.apiKey.length === 0
      ? [`The issuer ${issuer.name} has no api_key: it will refuse every key`]
      : [],
  );
