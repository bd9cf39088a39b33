import { at } from './answer-fields.ts';
import type { Provider } from './connection-test.ts';
import { chatCompletion, get } from './openai-style.ts';

/** The name of a deployment stands for the model. */
export const azureOpenai: Provider = {
  name: 'azure-openai',
  title: 'Azure OpenAI',
  baseUrl: 'https://{resource}.openai.azure.com',
  keyHeader: { name: 'api-key', prefix: '' },
  invalidKeyHint: 'The address may also be that of another resource.',
  authenticate: () => get('/openai/v1/models'),
  complete: (target) => chatCompletion(target, '/openai/v1/chat/completions'),
  judge: ({ body }) =>
    at(body, 'error', 'code') === 'DeploymentNotFound' ? { outcome: 'model-unavailable' } : undefined,
};
