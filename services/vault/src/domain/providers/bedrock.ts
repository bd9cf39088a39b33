import { at } from './answer-fields.ts';
import type { Provider } from './connection-test.ts';
import { BEARER, get } from './openai-style.ts';

/** Models are listed by one host and run by another one. */
const runtimeOf = (baseUrl: string): string => baseUrl.replace('://bedrock.', '://bedrock-runtime.');

export const bedrock: Provider = {
  name: 'bedrock',
  title: 'Amazon Bedrock',
  baseUrl: 'https://bedrock.{region}.amazonaws.com',
  keyHeader: BEARER,
  invalidKeyHint: 'The key may also be one for another region than that of the address.',
  authenticate: () => get('/foundation-models'),
  complete: ({ baseUrl, model }) => ({
    method: 'POST',
    url: runtimeOf(baseUrl),
    path: `/model/${encodeURIComponent(model)}/converse`,
    body: {
      messages: [{ role: 'user', content: [{ text: 'Hi' }] }],
      inferenceConfig: { maxTokens: 5 },
    },
  }),
  // A wrong key is a 403, and so is a right one in the wrong region. A right one without the permission says so elsewhere.
  judge: ({ status, body }) => {
    const message = at(body, 'Message');
    const isRefused = status === 403 && typeof message === 'string' && message.startsWith('Authentication failed');
    return isRefused ? { outcome: 'invalid-key' } : undefined;
  },
};
