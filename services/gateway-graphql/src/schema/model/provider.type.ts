import type { ProviderView } from '@keyledger/contracts-registry';
import { builder } from '../../builder.ts';

export const ProviderType = builder.objectRef<ProviderView>('Provider');

builder.node(ProviderType, {
  description: 'An organisation that makes models.',
  id: { resolve: ({ providerId }) => providerId },
  isTypeOf: (value) =>
    typeof value === 'object' && value !== null && 'providerId' in value && 'title' in value && !('modelId' in value),
  loadOne: async (providerId, { reader }) =>
    (await reader.providers()).find((provider) => provider.providerId === providerId),
  fields: (t) => ({
    providerId: t.exposeString('providerId', { description: 'Short name, for example `openai`.' }),
    title: t.exposeString('title', { description: 'Name for people.' }),
  }),
});
