import { defineQuery, pageInput, pageOf } from '@keyledger/messaging';
import { z } from 'zod';
import { modelViewSchema, providerViewSchema } from './model.ts';

/** Models that can be asked for: configured ones in the order of the configuration, then those of the issuer by id. */
export const ListModels = defineQuery('registry', 'ListModels', z.strictObject(pageInput), pageOf(modelViewSchema));

/** The featured models in the order of the configuration. */
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
