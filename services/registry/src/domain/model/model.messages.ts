import { defineEvent, eventCodec, type EventOf, type Message } from '@keyledger/event-sourcing';
import { z } from 'zod';

/** How a list shows a model. */
const presentation = z.object({
  title: z.string(),
  subtitle: z.string().optional(),
  description: z.string().optional(),
  icon: z.string().optional(),
  color: z.string().optional(),
  documentationLink: z.string().optional(),
});

const modelSources = ['configuration', 'litellm'] as const;

/** The parts of the list of models, in the order in which they follow each other. */
export const modelGroups = ['configured', 'featured-only', 'issuer'] as const;

const identity = z.object({ providerId: z.string().min(1), modelId: z.string().min(1).max(255) });

const listing = identity.extend({
  ...presentation.shape,
  source: z.enum(modelSources),
  group: z.enum(modelGroups),
  /** Place within the group; models of the same place follow each other by id. */
  place: z.int().min(0),
  /** Present for a featured model: how, and at which place, the list of featured models shows it. */
  featured: presentation.extend({ place: z.int().min(0) }).optional(),
});

const definitions = {
  ModelRegistered: defineEvent(listing),
  ModelChanged: defineEvent(listing),
  ModelRetired: defineEvent(identity),
};

export const modelCodec = eventCodec(definitions);

export type ModelEvent = EventOf<typeof definitions>;
export type ModelPresentation = Readonly<z.infer<typeof presentation>>;
export type ModelListing = Readonly<z.infer<typeof listing>>;
export type ModelIdentity = Readonly<z.infer<typeof identity>>;

/** Says how the model is listed; registers one that is new or was retired. */
export type ListModel = Message<'ListModel', ModelListing>;

/** Takes the model out of the lists. */
export type RetireModel = Message<'RetireModel', ModelIdentity>;

export type ModelCommand = ListModel | RetireModel;
