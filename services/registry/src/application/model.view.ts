import type { ModelView } from '@keyledger/contracts-registry';
import type { ModelListing, ModelPresentation } from '../domain/model/model.messages.ts';

type Shown = Omit<ModelView, 'modelId' | 'providerId' | 'isFeatured' | 'source'>;

const shown = ({ title, subtitle, description, icon, color, documentationLink }: ModelPresentation): Shown => ({
  title,
  ...(subtitle === undefined ? {} : { subtitle }),
  ...(description === undefined ? {} : { description }),
  ...(icon === undefined ? {} : { icon }),
  ...(color === undefined ? {} : { color }),
  ...(documentationLink === undefined ? {} : { documentationLink }),
});

/** A model as the list of all models shows it. */
export const modelView = (listing: ModelListing): ModelView => {
  const { modelId, providerId, source, featured } = listing;
  return { modelId, providerId, ...shown(listing), isFeatured: featured !== undefined, source };
};

/** The same model as the list of featured models shows it: there it may have words of its own. */
export const featuredModelView = (listing: ModelListing): ModelView => {
  const { modelId, providerId, source, featured } = listing;
  return { modelId, providerId, ...shown(featured ?? listing), isFeatured: featured !== undefined, source };
};
