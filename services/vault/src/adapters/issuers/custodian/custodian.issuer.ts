import type { IssuerFrom } from '../../../application/ports/issuer.port.ts';
import { configuredModels } from '../configured-models.ts';

export interface CustodianOptions {
  readonly name: string;
  readonly gatewayUrl: string;
  readonly models: readonly string[];
  /** What the person does who fetches a key at the provider. */
  readonly instruction: string;
  /** Where a key that is handed in is tried. */
  readonly provider?: string | undefined;
  readonly baseUrl?: string | undefined;
}

/**
 * A person who makes and ends keys at a provider that has no interface for it. Nothing can be asked: a key is taken to be
 * there until somebody confirms that it has been ended.
 */
export const custodianIssuer = ({
  name,
  gatewayUrl,
  models,
  instruction,
  provider,
  baseUrl,
}: CustodianOptions): IssuerFrom<'custodian'> => ({
  name,
  gatewayUrl,
  enforces: [],
  keysFrom: 'custodian',
  keys: { instruction, ...(provider === undefined ? {} : { connection: { provider, baseUrl } }) },
  lookup: async (issuerKeyId) => ({ issuerKeyId }),
  revoke: async () => 'by-hand',
  listModels: async () => configuredModels(models),
});
