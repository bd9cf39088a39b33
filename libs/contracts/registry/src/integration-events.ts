import { defineIntegrationEvent } from '@keyledger/messaging';
import { z } from 'zod';
import { modelViewSchema } from './model.ts';

const define = <const Type extends string, Data>(type: Type, schema: z.ZodType<Data>) =>
  defineIntegrationEvent('registry', 'model', type, 1, schema);

export const ModelRegistered = define('ModelRegistered', modelViewSchema);
export const ModelChanged = define('ModelChanged', modelViewSchema);
export const ModelRetired = define('ModelRetired', z.object({ modelId: z.string() }));
