import { at } from './answer-fields.ts';
import type { Provider } from './connection-test.ts';
import { BEARER, chatCompletion, get } from './openai-style.ts';

/** The balance tells both whether the key is valid and whether it can pay. */
export const deepseek: Provider = {
  name: 'deepseek',
  title: 'DeepSeek',
  baseUrl: 'https://api.deepseek.com',
  keyHeader: BEARER,
  authenticate: () => get('/user/balance'),
  complete: (target) => chatCompletion(target),
  judge: ({ status, body }, stage) =>
    stage === 'authenticate' && status === 200 && at(body, 'is_available') === false
      ? { outcome: 'billing' }
      : undefined,
};
