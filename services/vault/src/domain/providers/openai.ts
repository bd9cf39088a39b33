import type { Provider } from './connection-test.ts';
import { BEARER, chatCompletion, get } from './openai-style.ts';

/** A restricted key may be forbidden to list models and still chat: 403 goes on to the chat. */
export const openai: Provider = {
  name: 'openai',
  title: 'OpenAI',
  baseUrl: 'https://api.openai.com/v1',
  keyHeader: BEARER,
  authenticate: () => get('/models'),
  // The older name is refused by the reasoning models, the newer one by none.
  complete: (target) => chatCompletion({ ...target, tokenLimit: 'max_completion_tokens' }),
};
