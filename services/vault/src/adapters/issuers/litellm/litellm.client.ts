import type { SecretBytes } from '@keyledger/secrets';
import { issuerUnavailable } from '../../../application/ports/issuer.port.ts';
import { type CallIssuer, issuerHttp } from '../http/issuer-http.ts';
import { isBudgetExceeded, isDatabaseMissing, type LiteLlmError, parseError } from './litellm.errors.ts';

export const LITELLM = 'LiteLLM';

export interface LiteLlmClientOptions {
  readonly baseUrl: string;
  readonly apiKey: SecretBytes;
  readonly timeoutMs: number;
  /** Name under which LiteLLM records who changed a key. */
  readonly changedBy: string;
}

export type CallLiteLlm = CallIssuer<LiteLlmError>;

/** One call to LiteLLM's management API; throws as `issuerHttp` does, and while LiteLLM is without its database. */
export const litellmClient = ({ baseUrl, apiKey, timeoutMs, changedBy }: LiteLlmClientOptions): CallLiteLlm => {
  const call = issuerHttp({
    issuer: LITELLM,
    baseUrl,
    credential: apiKey,
    timeoutMs,
    headers: { 'litellm-changed-by': changedBy },
    refusalIn: parseError,
    isFinal: isBudgetExceeded,
  });
  return async (request) => {
    const answer = await call(request);
    if (!answer.ok && isDatabaseMissing(answer.refusal))
      throw issuerUnavailable('LiteLLM has no connection to its database');
    return answer;
  };
};
