import { at } from './answer-fields.ts';
import type { Provider } from './connection-test.ts';
import { BEARER, chatCompletion, get } from './openai-style.ts';

export const xai: Provider = {
  name: 'xai',
  title: 'xAI',
  baseUrl: 'https://api.x.ai/v1',
  keyHeader: BEARER,
  authenticate: () => get('/api-key'),
  complete: (target) => chatCompletion(target),
  // The call describes the key and takes nothing else that could be wrong.
  judge: ({ status, body }, stage) =>
    stage === 'authenticate' && status === 400 && at(body, 'error') !== undefined
      ? { outcome: 'invalid-key' }
      : undefined,
};
