import { SecretBytes } from '@keyledger/secrets';
import { type LiteLlm, startLiteLlm } from '@keyledger/testing';
import type { Issuer } from '../src/application/ports/issuer.port.ts';
import { litellmIssuer } from '../src/adapters/issuers/litellm/litellm.issuer.ts';
import { Outside } from './vault-in-memory.ts';

export interface OutsideWithLiteLlm {
  readonly outside: Outside<Issuer>;
  readonly litellm: LiteLlm;
}

/** The outside of the vault with the stand-in for LiteLLM as its issuer. The clock begins with that of this machine, which LiteLLM goes by. */
export const outsideWithLiteLlm = async (): Promise<OutsideWithLiteLlm> => {
  const litellm = await startLiteLlm();
  const { url, masterKey } = litellm;
  const options = { baseUrl: url, gatewayUrl: url, apiKey: SecretBytes.fromText(masterKey), timeoutMs: 2_000 };
  const outside = new Outside((clock) => litellmIssuer({ ...options, clock }));
  outside.advance(Date.now() - outside.clock().getTime());
  return { outside, litellm };
};
