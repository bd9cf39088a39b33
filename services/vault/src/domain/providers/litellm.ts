import { errorFields } from './answer-fields.ts';
import type { Provider } from './connection-test.ts';
import { BEARER, chatCompletion, get } from './openai-style.ts';

const EXPIRED = 'expired_key';
const MODEL_DENIED = /^(?:key|team|user|org)_model_access_denied$/;

/** The type says more than the status, which has changed between versions. */
export const litellm: Provider = {
  name: 'litellm',
  title: 'LiteLLM',
  baseUrl: 'http://{host}:4000',
  keyHeader: BEARER,
  authenticate: () => get('/v1/models'),
  complete: (target) => chatCompletion(target, '/v1/chat/completions'),
  judge: (answer) => {
    const { type } = errorFields(answer);
    if (type === EXPIRED) return { outcome: 'invalid-key' };
    // Whatever the key is: without its database LiteLLM knows none but the master key.
    if (type === 'no_db_connection') return { outcome: 'provider-error' };
    if (MODEL_DENIED.test(type)) return { outcome: 'model-unavailable' };
    return type === 'budget_exceeded' ? { outcome: 'billing' } : undefined;
  },
};
