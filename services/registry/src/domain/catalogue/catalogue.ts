import { isSameListing } from '../model/model.decider.ts';
import type { ModelCommand, ModelListing, ModelPresentation } from '../model/model.messages.ts';
import { type IssuerModel, listable } from './issuer-models.ts';

/** A model as the configuration names it. */
export interface ConfiguredModel extends ModelPresentation {
  readonly id: string;
}

export interface Offer {
  readonly providerId: string;
  /** In the order of the configuration. */
  readonly models: readonly ConfiguredModel[];
  /** In the order of the configuration. */
  readonly featuredModels: readonly ConfiguredModel[];
  /** `off`: not wanted. `unknown`: wanted, and the issuer could not be asked. */
  readonly issuerModels: readonly IssuerModel[] | 'off' | 'unknown';
  /** Of several issuers some could not be asked: `issuerModels` are those of the others. */
  readonly isPartial?: boolean;
}

const presentationOf = ({ id: _id, ...presentation }: ConfiguredModel): ModelPresentation => presentation;

const configuredListings = ({ providerId, models, featuredModels }: Offer): ModelListing[] => {
  const featured = new Map(
    featuredModels.map((model, place) => [model.id, { ...presentationOf(model), place }] as const),
  );
  const ids = new Set(models.map(({ id }) => id));
  const list =
    (group: 'configured' | 'featured-only') =>
    (model: ConfiguredModel, place: number): ModelListing => {
      const asFeatured = featured.get(model.id);
      return {
        ...presentationOf(model),
        providerId,
        modelId: model.id,
        source: 'configuration',
        group,
        place,
        ...(asFeatured === undefined ? {} : { featured: asFeatured }),
      };
    };
  return [
    ...models.map(list('configured')),
    ...featuredModels.filter(({ id }) => !ids.has(id)).map(list('featured-only')),
  ];
};

const issuerListing = (providerId: string, { id, ownedBy }: IssuerModel): ModelListing => ({
  providerId,
  modelId: id,
  title: id,
  ...(ownedBy === undefined ? {} : { subtitle: ownedBy }),
  source: 'litellm',
  group: 'issuer',
  place: 0,
});

/** Everything that is offered, by model id; what the configuration says of a model wins. */
export const listingsOf = (offer: Offer): ReadonlyMap<string, ModelListing> => {
  const { providerId, issuerModels } = offer;
  const offered = typeof issuerModels === 'string' ? [] : listable(issuerModels);
  return new Map(
    [...offered.map((model) => issuerListing(providerId, model)), ...configuredListings(offer)].map((listing) => [
      listing.modelId,
      listing,
    ]),
  );
};

/**
 * What must be done so that exactly the offered models are listed. While an issuer's list is unknown nothing is retired:
 * what is missing elsewhere may be in that list.
 */
export const changesFor = (offer: Offer, listed: ReadonlyMap<string, ModelListing>): readonly ModelCommand[] => {
  const wanted = listingsOf(offer);
  const list = [...wanted.values()]
    .filter((listing) => {
      const current = listed.get(listing.modelId);
      return current === undefined || !isSameListing(current, listing);
    })
    .map((data): ModelCommand => ({ type: 'ListModel', data }));
  const isKnown = offer.issuerModels !== 'unknown' && offer.isPartial !== true;
  const retire = [...listed.values()]
    .filter(({ modelId }) => isKnown && !wanted.has(modelId))
    .map(({ providerId, modelId }): ModelCommand => ({ type: 'RetireModel', data: { providerId, modelId } }));
  return [...list, ...retire];
};
