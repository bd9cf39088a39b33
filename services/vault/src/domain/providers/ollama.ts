import type { Provider } from './connection-test.ts';
import { BEARER, chatCompletion, get } from './openai-style.ts';

/** Knows no keys; a proxy before it may. The first chat may load the model for a minute. */
export const ollama: Provider = {
  name: 'ollama',
  title: 'Ollama',
  baseUrl: 'http://{host}:11434',
  keyHeader: BEARER,
  isKeyOptional: true,
  authenticate: () => get('/api/tags'),
  complete: (target) => chatCompletion(target, '/v1/chat/completions'),
};
