import type { Provider } from './connection-test.ts';
import { BEARER, chatCompletion, get } from './openai-style.ts';

export const groq: Provider = {
  name: 'groq',
  title: 'Groq',
  baseUrl: 'https://api.groq.com/openai/v1',
  keyHeader: BEARER,
  authenticate: () => get('/models'),
  complete: (target) => chatCompletion(target),
  // More tokens than the tier allows in a minute.
  judge: ({ status }) => (status === 413 ? { outcome: 'rate-limited' } : undefined),
};
