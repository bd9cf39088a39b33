import { errorFields } from './answer-fields.ts';
import type { Provider } from './connection-test.ts';
import { BEARER, chatCompletion, get } from './openai-style.ts';

export const mistral: Provider = {
  name: 'mistral',
  title: 'Mistral',
  baseUrl: 'https://api.mistral.ai/v1',
  keyHeader: BEARER,
  authenticate: () => get('/models'),
  complete: (target) => chatCompletion(target),
  // Their capacity and not our rate.
  judge: (answer) =>
    /service tier capacity exceeded/i.test(errorFields(answer).message) ? { outcome: 'provider-error' } : undefined,
};
