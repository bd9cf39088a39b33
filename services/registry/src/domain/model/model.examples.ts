import type { ListModel, ModelEvent, ModelListing, RetireModel } from './model.messages.ts';

export const listing: ModelListing = {
  providerId: 'litellm',
  modelId: 'openai/gpt-4o-mini',
  title: 'GPT-4o mini',
  description: 'Small and quick',
  icon: 'simple-icons:openai',
  color: '#412991',
  source: 'configuration',
  group: 'configured',
  place: 0,
  featured: { title: 'For everyday work', subtitle: 'OpenAI GPT-4o mini', place: 1 },
};

const identity = { providerId: listing.providerId, modelId: listing.modelId };

export const listModel: ListModel = { type: 'ListModel', data: listing };
export const retireModel: RetireModel = { type: 'RetireModel', data: identity };
export const modelRegistered: ModelEvent = { type: 'ModelRegistered', data: listing };
export const modelRetired: ModelEvent = { type: 'ModelRetired', data: identity };
