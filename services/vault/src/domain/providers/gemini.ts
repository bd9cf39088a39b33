import { at } from './answer-fields.ts';
import type { Provider, ProviderAnswer } from './connection-test.ts';

const reasonsOf = ({ body }: ProviderAnswer): readonly unknown[] => {
  const details = at(body, 'error', 'details');
  return Array.isArray(details) ? details.map((detail) => at(detail, 'reason')) : [];
};

/** The key goes in a header and not into the address, which is logged on the way. */
export const gemini: Provider = {
  name: 'gemini',
  title: 'Google Gemini',
  baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
  keyHeader: { name: 'x-goog-api-key', prefix: '' },
  authenticate: () => ({ method: 'GET', path: '/models?pageSize=1' }),
  complete: ({ model }) => ({
    method: 'POST',
    path: `/models/${encodeURIComponent(model)}:generateContent`,
    body: { contents: [{ parts: [{ text: 'Hi' }] }], generationConfig: { maxOutputTokens: 5 } },
  }),
  // A wrong key is a 400; the reason tells it from other bad requests, its message changes.
  judge: (answer) => (reasonsOf(answer).includes('API_KEY_INVALID') ? { outcome: 'invalid-key' } : undefined),
};
