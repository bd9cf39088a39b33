import { at } from './answer-fields.ts';
import type { Provider } from './connection-test.ts';
import { BEARER, chatCompletion } from './openai-style.ts';

export const cohere: Provider = {
  name: 'cohere',
  title: 'Cohere',
  baseUrl: 'https://api.cohere.com',
  keyHeader: BEARER,
  authenticate: () => ({ method: 'POST', path: '/v1/check-api-key' }),
  complete: (target) => chatCompletion(target, '/v2/chat'),
  judge: ({ status, body }, stage) => {
    const valid = at(body, 'valid');
    if (stage !== 'authenticate' || status !== 200 || valid === true) return undefined;
    return { outcome: valid === false ? 'invalid-key' : 'unknown' };
  },
};
