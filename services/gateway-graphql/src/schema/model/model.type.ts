import type { ModelView } from '@keyledger/contracts-registry';
import { builder, REMOTE } from '../../builder.ts';
import { enumValues } from '../enum-values.ts';
import { ProviderType } from './provider.type.ts';

const ModelSource = builder.enumType('ModelSource', {
  description: 'Where a model is known from.',
  values: enumValues<ModelView['source']>({
    configuration: 'Listed in the configuration file.',
    litellm: 'Offered by the issuer (LiteLLM).',
  }),
});

export const ModelType = builder.objectRef<ModelView>('Model');

builder.node(ModelType, {
  description: 'A model that a key can be requested for.',
  id: { resolve: ({ modelId }) => modelId },
  isTypeOf: (value) => typeof value === 'object' && value !== null && 'modelId' in value && 'isFeatured' in value,
  loadOne: (modelId, { reader }) => reader.model(modelId),
  fields: (t) => ({
    modelId: t.exposeString('modelId', { description: 'As the issuer names it; what `requestKey` takes.' }),
    title: t.exposeString('title', { description: 'Name for people.' }),
    subtitle: t.exposeString('subtitle', { nullable: true, description: 'A second, shorter line under the title.' }),
    description: t.exposeString('description', { nullable: true, description: 'What the model is good for.' }),
    icon: t.exposeString('icon', { nullable: true, description: 'Iconify name, for example `simple-icons:openai`.' }),
    color: t.exposeString('color', { nullable: true, description: 'Colour of the provider as `#rrggbb`.' }),
    documentationLink: t.exposeString('documentationLink', {
      nullable: true,
      description: 'Where the model is documented.',
    }),
    isFeatured: t.exposeBoolean('isFeatured', { description: 'True for models that the organisation recommends.' }),
    source: t.expose('source', { type: ModelSource, description: 'Where the model is known from.' }),
    provider: t.field({
      type: ProviderType,
      nullable: true,
      complexity: REMOTE,
      description: 'Who makes the model.',
      resolve: async ({ providerId }, _args, { reader }) =>
        (await reader.providers()).find((provider) => provider.providerId === providerId) ?? null,
    }),
  }),
});
