import { defineQuery, pageInput, pageOf } from '@keyledger/messaging';
import { z } from 'zod';
import { modelViewSchema, providerViewSchema } from './model.ts';

/** A cursor holds the id of a model, which may be long. */
const after = z.string().max(2000).optional();

/**
 * Models that can be asked for: configured ones in the order of the configuration, then those that are only featured,
 * then those of the issuer by id.
 */
export const ListModels = defineQuery(
  'registry',
  'ListModels',
  z.strictObject({ ...pageInput, after }),
  pageOf(modelViewSchema),
);

/** The featured models in the order of the configuration, with the words that it has for them in this list. */
export const ListFeaturedModels = defineQuery(
  'registry',
  'ListFeaturedModels',
  z.strictObject({}),
  z.object({ models: z.array(modelViewSchema) }),
);

export const GetModel = defineQuery(
  'registry',
  'GetModel',
  z.strictObject({ modelId: z.string().min(1).max(255) }),
  modelViewSchema.nullable(),
);

export const ListProviders = defineQuery(
  'registry',
  'ListProviders',
  z.strictObject({}),
  z.object({ providers: z.array(providerViewSchema) }),
);
