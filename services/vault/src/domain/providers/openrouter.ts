import { at } from './answer-fields.ts';
import type { Provider } from './connection-test.ts';
import { BEARER, chatCompletion, get } from './openai-style.ts';

/** The list of models is public: that it is answered proves nothing about a key. */
export const openrouter: Provider = {
  name: 'openrouter',
  title: 'OpenRouter',
  baseUrl: 'https://openrouter.ai/api/v1',
  keyHeader: BEARER,
  authenticate: () => get('/key'),
  complete: (target) => chatCompletion(target),
  judge: ({ status, body }, stage) => {
    if (stage !== 'authenticate' || status !== 200) return undefined;
    if (at(body, 'data', 'is_management_key') === true) return { warning: 'management-key' };
    return at(body, 'data') === undefined ? { outcome: 'unknown' } : undefined;
  },
};
