import type { Provider } from './connection-test.ts';
import { BEARER, chatCompletion, get } from './openai-style.ts';

/** Which models there are changes often: a chat with a fixed one would fail for valid keys. */
export const together: Provider = {
  name: 'together',
  title: 'Together',
  baseUrl: 'https://api.together.xyz/v1',
  keyHeader: BEARER,
  authenticate: () => get('/models'),
  complete: (target) => chatCompletion(target),
};
