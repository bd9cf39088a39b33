import { errorFields } from './answer-fields.ts';
import type { Provider } from './connection-test.ts';
import { messages } from './openai-style.ts';

const headers = { 'anthropic-version': '2023-06-01' };

export const anthropic: Provider = {
  name: 'anthropic',
  title: 'Anthropic',
  baseUrl: 'https://api.anthropic.com/v1',
  keyHeader: { name: 'x-api-key', prefix: '' },
  authenticate: () => ({ method: 'GET', path: '/models?limit=1', headers }),
  complete: ({ model }) => ({
    method: 'POST',
    path: '/messages',
    headers,
    body: { model, max_tokens: 5, messages },
  }),
  judge: (answer, stage) => {
    const { type, message } = errorFields(answer);
    // A disabled key is told that there are no models at all.
    if (stage === 'authenticate' && answer.status === 404 && type === 'not_found_error')
      return { outcome: 'invalid-key' };
    if (type === 'billing_error' || /credit balance is too low/i.test(message)) return { outcome: 'billing' };
    // A 400 never means the key here, whatever its words.
    return answer.status === 400 ? { outcome: 'bad-request' } : undefined;
  },
};
